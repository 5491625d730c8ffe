using System.Net.Sockets;
using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;

namespace WinApi.Benchmarks.Peers;

/// <summary>
/// Fixed-length messages on a Unix socket, several under way at once. Messages that are due together go together.
/// </summary>
internal sealed class RawPipelinePeer : IDisposable
{
    private readonly Socket _socket;
    private readonly RawInbox _inbox;
    private readonly int _messageBytes;
    private readonly byte[] _messages;
    private byte _sent;
    private byte _answered;

    public RawPipelinePeer(HostProcess host, PayloadSize payload, int inFlight)
    {
        _socket = UnixSocket.Connect(host.SocketPath);
        _socket.SendAll(RawMessages.WriteLength(payload.Bytes));
        _inbox = new RawInbox(_socket, payload.Bytes);
        _messageBytes = payload.Bytes;
        _messages = new byte[inFlight * payload.Bytes];
        InFlight = inFlight;
    }

    /// <summary>How many messages may be under way.</summary>
    public int InFlight { get; }

    public ValueTask SendAsync(int count)
    {
        Memory<byte> messages = _messages.AsMemory(0, count * _messageBytes);
        for (Span<byte> rest = messages.Span; !rest.IsEmpty; rest = rest[_messageBytes..])
        {
            PayloadBytes.Write(rest[.._messageBytes], ++_sent);
        }

        return _socket.SendAllAsync(messages);
    }

    /// <summary>Waits for answers, and reads every byte of those that are there.</summary>
    /// <returns>How many there were.</returns>
    /// <exception cref="EndOfStreamException">The host closed the connection.</exception>
    public async ValueTask<int> ReceiveAsync()
    {
        Memory<byte> answers = await _inbox.ReceiveAsync();
        if (answers.IsEmpty)
        {
            throw new EndOfStreamException("The raw host closed the connection.");
        }

        ReadEach(answers.Span);
        return answers.Length / _messageBytes;
    }

    public void Dispose() => _socket.Dispose();

    private void ReadEach(ReadOnlySpan<byte> answers)
    {
        for (; !answers.IsEmpty; answers = answers[_messageBytes..])
        {
            PayloadBytes.ReadAll(answers[.._messageBytes], PayloadBytes.AnswerTo(++_answered));
        }
    }
}
