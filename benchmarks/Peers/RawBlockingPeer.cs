using System.Net.Sockets;
using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;

namespace WinApi.Benchmarks.Peers;

/// <summary>Fixed-length messages on a Unix socket, with a blocked thread at both ends.</summary>
internal sealed class RawBlockingPeer : IDisposable
{
    private readonly Socket _socket;
    private readonly RawWait _wait;
    private readonly byte[] _message;
    private byte _value;

    public RawBlockingPeer(HostProcess host, PayloadSize payload, RawWait wait)
    {
        _wait = wait;
        _socket = UnixSocket.Connect(host.SocketPath);
        _socket.SendAll(RawMessages.WriteLength(payload.Bytes));
        _message = new byte[payload.Bytes];
    }

    public void Exchange()
    {
        PayloadBytes.Write(_message, ++_value);
        _socket.SendAll(_message);
        if (!_socket.TryReceiveAll(_message, _wait))
        {
            throw new EndOfStreamException("The raw host closed the connection.");
        }

        PayloadBytes.ReadAll(_message, PayloadBytes.AnswerTo(_value));
    }

    public void Dispose() => _socket.Dispose();
}
