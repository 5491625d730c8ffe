using System.Net.Sockets;
using StreamJsonRpc;
using WinApi.Benchmarks.Services;

namespace WinApi.Benchmarks.Hosts;

/// <summary>A peer: StreamJsonRpc with its MessagePack formatter on a Unix socket, as its documentation sets it up.</summary>
internal static class StreamJsonRpcHost
{
    public static AsyncSocketHost Start(string socketPath) => AsyncSocketHost.Start(socketPath, Serve);

    private static Task Serve(Socket connection)
    {
        var stream = new NetworkStream(connection, ownsSocket: true);
        var rpc = new JsonRpc(new LengthHeaderMessageHandler(stream, stream, new MessagePackFormatter()));
        rpc.AddLocalRpcTarget<IJsonRpcCalls>(new JsonRpcCalls(), null);
        rpc.StartListening();
        return Task.CompletedTask;
    }
}
