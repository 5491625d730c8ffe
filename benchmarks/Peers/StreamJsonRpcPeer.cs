using System.Net.Sockets;
using StreamJsonRpc;
using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Services;

namespace WinApi.Benchmarks.Peers;

/// <summary>StreamJsonRpc to StreamJsonRpc over a Unix socket, with the MessagePack formatter.</summary>
internal sealed class StreamJsonRpcPeer : IDisposable
{
    private readonly JsonRpc _rpc;

    public StreamJsonRpcPeer(HostProcess host)
    {
        var stream = new NetworkStream(UnixSocket.Connect(host.SocketPath), ownsSocket: true);
        _rpc = new JsonRpc(new LengthHeaderMessageHandler(stream, stream, new MessagePackFormatter()));
        Proxy = _rpc.Attach<IJsonRpcCalls>();
        _rpc.StartListening();
    }

    public IJsonRpcCalls Proxy { get; }

    public JsonRpcLane Lane(PayloadSize payload) => new(Proxy, payload);

    public void Dispose() => _rpc.Dispose();
}
