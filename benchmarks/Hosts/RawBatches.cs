using System.Net.Sockets;
using WinApi.Benchmarks.Measuring;

namespace WinApi.Benchmarks.Hosts;

/// <summary>Many messages of one length, one way: whoever sends sends the same batch again and again.</summary>
internal sealed class RawBatches(Socket socket, int messageBytes)
{
    private readonly byte[] _batch = new byte[RawMessages.BatchBytes(messageBytes)];
    private readonly RawInbox _inbox = new(socket, messageBytes);

    public async ValueTask SendAsync(int count, byte value)
    {
        PayloadBytes.Write(_batch, value);
        for (long left = (long)count * messageBytes; left > 0; left -= _batch.Length)
        {
            await socket.SendAllAsync(_batch.AsMemory(0, (int)Math.Min(left, _batch.Length)));
        }
    }

    /// <summary>Receives so many messages, and reads every byte of each.</summary>
    /// <returns>The value that all bytes had.</returns>
    /// <exception cref="EndOfStreamException">The peer closed the connection before.</exception>
    public async ValueTask<byte> ReceiveAsync(int count)
    {
        byte value = 0;
        for (long left = (long)count * messageBytes; left > 0;)
        {
            Memory<byte> messages = await _inbox.ReceiveAsync();
            if (messages.IsEmpty)
            {
                throw new EndOfStreamException($"The connection was closed, {left} bytes of a raw stream before its end.");
            }

            value = ReadEach(messages.Span);
            left -= messages.Length;
        }

        return value;
    }

    private byte ReadEach(ReadOnlySpan<byte> messages)
    {
        byte value = messages[0];
        for (; !messages.IsEmpty; messages = messages[messageBytes..])
        {
            PayloadBytes.ReadAll(messages[..messageBytes], value);
        }

        return value;
    }
}
