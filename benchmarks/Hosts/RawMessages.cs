using System.Buffers.Binary;
using System.Net.Sockets;

namespace WinApi.Benchmarks.Hosts;

/// <summary>
/// Whole messages of a known length on a stream socket. A client begins by saying that length, once for all messages.
/// </summary>
internal static class RawMessages
{
    public const int LengthBytes = sizeof(int);

    private const int LargestBatch = 64 * 1024;

    /// <summary>How many bytes of several messages are sent or received at once: as many messages as fit, at least one.</summary>
    public static int BatchBytes(int messageBytes) => Math.Max(1, LargestBatch / messageBytes) * messageBytes;

    public static byte[] WriteLength(int messageBytes)
    {
        byte[] bytes = new byte[LengthBytes];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, messageBytes);
        return bytes;
    }

    public static int ReadLength(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes);

    public static async ValueTask SendAllAsync(this Socket socket, ReadOnlyMemory<byte> message)
    {
        while (!message.IsEmpty)
        {
            message = message[await socket.SendAsync(message, SocketFlags.None)..];
        }
    }

    /// <returns>False when the peer closed the connection.</returns>
    public static async ValueTask<bool> TryReceiveAllAsync(this Socket socket, Memory<byte> message)
    {
        while (!message.IsEmpty)
        {
            int received = await socket.ReceiveAsync(message, SocketFlags.None);
            if (received == 0)
            {
                return false;
            }

            message = message[received..];
        }

        return true;
    }

    public static void SendAll(this Socket socket, ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            message = message[socket.Send(message, SocketFlags.None)..];
        }
    }

    /// <param name="socket">One that is never used asynchronously, or the system would no longer block on it.</param>
    /// <param name="message">All of it is received.</param>
    /// <param name="wait">How the thread waits in the system.</param>
    /// <returns>False when the peer closed the connection.</returns>
    public static bool TryReceiveAll(this Socket socket, Span<byte> message, RawWait wait)
    {
        while (!message.IsEmpty)
        {
            if (wait == RawWait.Poll)
            {
                socket.Poll(-1, SelectMode.SelectRead);
            }

            int received = socket.Receive(message, SocketFlags.None);
            if (received == 0)
            {
                return false;
            }

            message = message[received..];
        }

        return true;
    }
}
