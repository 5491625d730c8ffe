using System.Net.Sockets;
using WinApi.Benchmarks.Measuring;

namespace WinApi.Benchmarks.Hosts;

/// <summary>
/// The floor for asynchronous programs: fixed-length messages on a Unix socket, nothing else. Messages that came together
/// are answered together.
/// </summary>
internal static class RawAsyncHost
{
    public static AsyncSocketHost Start(string socketPath) => AsyncSocketHost.Start(socketPath, ServeAsync);

    private static async Task ServeAsync(Socket connection)
    {
        using (connection)
        {
            byte[] length = new byte[RawMessages.LengthBytes];
            if (!await connection.TryReceiveAllAsync(length))
            {
                return;
            }

            int messageBytes = RawMessages.ReadLength(length);
            var inbox = new RawInbox(connection, messageBytes);
            while (await inbox.ReceiveAsync() is { IsEmpty: false } messages)
            {
                AnswerEach(messages.Span, messageBytes);
                await connection.SendAllAsync(messages);
            }
        }
    }

    private static void AnswerEach(Span<byte> messages, int messageBytes)
    {
        for (; !messages.IsEmpty; messages = messages[messageBytes..])
        {
            Span<byte> message = messages[..messageBytes];
            PayloadBytes.Write(message, PayloadBytes.ReadRequest(message));
        }
    }
}
