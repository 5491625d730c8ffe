using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;

namespace WinApi.Benchmarks.Peers;

/// <summary>Grpc.Net.Client to Grpc.AspNetCore over a Unix socket, with message limits lifted.</summary>
internal sealed class AspNetCorePeer : IDisposable
{
    private readonly HostProcess _host;
    private readonly GrpcChannel _channel;

    public AspNetCorePeer(HostProcess host)
    {
        _host = host;
        _channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { ConnectCallback = ConnectAsync },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,
        });
        Invoker = _channel.CreateCallInvoker();
    }

    public CallInvoker Invoker { get; }

    public MessageLane Lane(PayloadSize payload) => new(Invoker, payload);

    public void Dispose() => _channel.Dispose();

    private ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Stream>(new NetworkStream(UnixSocket.Connect(_host.SocketPath), ownsSocket: true));
}
