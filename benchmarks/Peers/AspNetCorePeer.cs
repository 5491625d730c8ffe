using System.Net.Sockets;
using Grpc.Net.Client;
using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;

namespace WinApi.Benchmarks.Peers;

/// <summary>Grpc.Net.Client to Grpc.AspNetCore over a Unix socket, with message limits lifted.</summary>
internal sealed class AspNetCorePeer : IDisposable
{
    private readonly HostProcess _host;
    private readonly GrpcChannel _channel;

    public AspNetCorePeer(PayloadSize payload)
    {
        _host = HostProcess.Start(HostKind.AspNetCore, payload.Bytes);
        _channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { ConnectCallback = ConnectAsync },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,
        });
        Calls = new MessageCalls(_channel.CreateCallInvoker(), payload);
    }

    public MessageCalls Calls { get; }

    public void Dispose()
    {
        _channel.Dispose();
        _host.Dispose();
    }

    private ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Stream>(new NetworkStream(UnixSocket.Connect(_host.SocketPath), ownsSocket: true));
}
