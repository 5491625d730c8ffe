using System.Net.Sockets;
using WinApi.Benchmarks.Measuring;

namespace WinApi.Benchmarks.Hosts;

/// <summary>The floor for asynchronous programs: fixed-length messages on a Unix socket, nothing else.</summary>
internal sealed class RawAsyncHost : IAsyncDisposable
{
    private readonly Socket _listener;

    private RawAsyncHost(Socket listener) => _listener = listener;

    public static RawAsyncHost Start(string socketPath)
    {
        var host = new RawAsyncHost(RawListener.Open(socketPath));
        _ = host.AcceptAsync();
        return host;
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            _ = ServeAsync(await _listener.AcceptAsync());
        }
    }

    private static async Task ServeAsync(Socket connection)
    {
        using (connection)
        {
            byte[] length = new byte[RawMessages.LengthBytes];
            if (!await connection.TryReceiveAllAsync(length))
            {
                return;
            }

            byte[] message = new byte[RawMessages.ReadLength(length)];
            while (await connection.TryReceiveAllAsync(message))
            {
                PayloadBytes.Write(message, PayloadBytes.ReadRequest(message));
                await connection.SendAllAsync(message);
            }
        }
    }
}
