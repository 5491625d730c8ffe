using Microsoft.Extensions.Logging;
using WinApi.Transport.HyperV.Tests.HostilePeers;

namespace WinApi.Transport.HyperV.Tests.Diagnostics;

/// <summary>A host in this process, and a channel to it.</summary>
internal sealed class ObservedHost : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");
    private readonly ILoggerFactory? _loggers;
    private readonly TransportEndpoint _endpoint;
    private HyperVServer _server;

    public ObservedHost(ILoggerFactory? loggers = null)
    {
        _loggers = loggers;
        _endpoint = TransportEndpoint.Parse($"unix://{_folder.FullName}/host.sock");
        _server = Start();
        Channel = new HyperVChannel(new HyperVChannelOptions { Endpoint = _endpoint, LoggerFactory = loggers });
        Client = new Target.TargetClient(Channel);
    }

    public HyperVChannel Channel { get; }

    public Target.TargetClient Client { get; }

    public TargetService Service { get; } = new();

    /// <summary>The metadata of the last unary call.</summary>
    public Metadata? LastHeaders { get; private set; }

    public async Task RestartAsync()
    {
        await _server.DisposeAsync();
        _server = Start();
    }

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private HyperVServer Start()
    {
        var options = new HyperVServerOptions { LoggerFactory = _loggers };
        options.Endpoints.Add(_endpoint);
        options.Interceptors.Add(new HeaderWatch(headers => LastHeaders = headers));
        var server = new HyperVServer(options);
        Target.BindService(server.Services, Service);
        server.Start();
        return server;
    }

    private sealed class HeaderWatch(Action<Metadata> see) : Grpc.Core.Interceptors.Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            see(context.RequestHeaders);
            return continuation(request, context);
        }
    }
}
