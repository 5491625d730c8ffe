using System.Net.Sockets;

namespace WinApi.Benchmarks.Hosts;

/// <summary>The floor of streams: fixed-length messages one way on a Unix socket, as many at once as fit a batch.</summary>
internal static class RawStreamHost
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

            var batches = new RawBatches(connection, RawMessages.ReadLength(length));
            byte[] bytes = new byte[RawStreamRequest.Bytes];
            while (await connection.TryReceiveAllAsync(bytes))
            {
                var request = RawStreamRequest.Read(bytes);
                if (request.Down)
                {
                    await batches.SendAsync(request.Count, request.Value);
                    continue;
                }

                await batches.ReceiveAsync(request.Count);
                await connection.SendAllAsync(RawMessages.WriteLength(request.Count));
            }
        }
    }
}
