using System.Net.Sockets;
using WinApi.Benchmarks.Measuring;

namespace WinApi.Benchmarks.Hosts;

/// <summary>The floor for asynchronous programs: fixed-length messages on a Unix socket, nothing else.</summary>
internal sealed class RawAsyncHost : IAsyncDisposable
{
    private readonly Socket _listener;

    private RawAsyncHost(Socket listener) => _listener = listener;

    public static RawAsyncHost Start(string socketPath, int messageBytes)
    {
        var host = new RawAsyncHost(RawListener.Open(socketPath));
        _ = host.ServeAsync(messageBytes);
        return host;
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ServeAsync(int messageBytes)
    {
        using Socket connection = await _listener.AcceptAsync();
        byte[] message = new byte[messageBytes];
        while (await connection.TryReceiveAllAsync(message))
        {
            PayloadBytes.Write(message, PayloadBytes.ReadRequest(message));
            await connection.SendAllAsync(message);
        }
    }
}
