using System.Net.Sockets;
using StreamJsonRpc;
using WinApi.Benchmarks.Services;

namespace WinApi.Benchmarks.Hosts;

/// <summary>A peer: StreamJsonRpc with its MessagePack formatter on a Unix socket, as its documentation sets it up.</summary>
internal sealed class StreamJsonRpcHost : IAsyncDisposable
{
    private readonly Socket _listener;

    private StreamJsonRpcHost(Socket listener) => _listener = listener;

    public static StreamJsonRpcHost Start(string socketPath)
    {
        var host = new StreamJsonRpcHost(RawListener.Open(socketPath));
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
            var stream = new NetworkStream(await _listener.AcceptAsync(), ownsSocket: true);
            var rpc = new JsonRpc(new LengthHeaderMessageHandler(stream, stream, new MessagePackFormatter()));
            rpc.AddLocalRpcTarget<IJsonRpcCalls>(new JsonRpcCalls(), null);
            rpc.StartListening();
        }
    }
}
