using System.Net.Sockets;

namespace WinApi.Benchmarks.Hosts;

/// <summary>Takes the connections of a Unix socket and serves each asynchronously.</summary>
internal sealed class AsyncSocketHost : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly Func<Socket, Task> _serve;

    private AsyncSocketHost(Socket listener, Func<Socket, Task> serve)
    {
        _listener = listener;
        _serve = serve;
    }

    /// <param name="socketPath">Where it listens.</param>
    /// <param name="serve">Serves a connection, and disposes of it.</param>
    public static AsyncSocketHost Start(string socketPath, Func<Socket, Task> serve)
    {
        var host = new AsyncSocketHost(RawListener.Open(socketPath), serve);
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
            _ = _serve(await _listener.AcceptAsync());
        }
    }
}
