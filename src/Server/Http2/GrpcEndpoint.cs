using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WinApi.Server.Hosting;
using WinApi.Server.Services;
using WinApi.Transport.Http2;
using WinApi.Transport.HyperV;

namespace WinApi.Server.Http2;

/// <summary>Serves the host's APIs as gRPC on HTTP/2 too, for clients on other machines. Runs where a URL is set.</summary>
internal sealed partial class GrpcEndpoint(
    ApiRegistry apis,
    HostHealthService health,
    WinApiHostOptions options,
    IConfiguration configuration,
    ILoggerFactory loggers,
    ILogger<GrpcEndpoint> logger) : IHostedService, IAsyncDisposable
{
    private WebApplication? _application;
    private Http2ServiceBinder? _binder;

    /// <inheritdoc />
    /// <exception cref="IOException">The address cannot be listened on, or the token file not be used; the message says why.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Configure(configuration.GetSection("Kestrel"));
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2);
            kestrel.Limits.MaxRequestBodySize = null; // of a stream there may be any number of messages
            kestrel.Limits.MaxConcurrentConnections = options.Transport.MaxConnections;
            kestrel.Limits.Http2.MaxStreamsPerConnection = options.Transport.MaxConcurrentCallsPerConnection;
            kestrel.Limits.Http2.KeepAlivePingDelay = options.Transport.HeartbeatInterval;
            kestrel.Limits.Http2.KeepAlivePingTimeout = options.Transport.HeartbeatTimeout;
        });
        builder.Services.AddSingleton<IHostLifetime, OuterLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        var bytes = options.Transport.MaxSharedMemoryBytes;
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = PayloadLimit.Bytes(options.Transport.MaxReceiveMessageBytes, bytes);
            grpc.MaxSendMessageSize = PayloadLimit.Bytes(options.Transport.MaxSendMessageBytes, bytes);
            grpc.EnableDetailedErrors = options.Transport.EnableDetailedErrors;
        });
        builder.Services.AddSingleton(loggers);

        _application = builder.Build();
        _application.Urls.Add(options.GrpcUrl!.GetLeftPart(UriPartial.Authority));
        _application.MapGrpcService(Bind());
        await StartAsync(_application, cancellationToken);
        foreach (var url in _application.Urls)
        {
            // Scripts wait for this line, as for those of the other endpoints.
            Console.Out.WriteLine($"listening on {url}");
            LogListening(url);
        }
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_application is not null)
        {
            await _application.StopAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.DisposeAsync();
        }

        _binder?.Dispose();
    }

    private static async Task StartAsync(WebApplication application, CancellationToken cancellationToken)
    {
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            // No certificate, mostly; Kestrel's own words are for who develops with it.
            throw new IOException(
                $"gRPC cannot be served at {string.Join(", ", application.Urls)}: name a certificate with Kestrel__Certificates__Default__Path "
                + $"(docs/many-machines.md). {e.Message}".ReplaceLineEndings(" "), e);
        }
    }

    private Grpc.Core.ServerServiceDefinition Bind()
    {
        _binder = new Http2ServiceBinder(new Http2ServiceOptions
        {
            Endpoint = options.GrpcUrl!.ToString(),
            BufferBytes = options.Transport.MaxSharedMemoryBytes,
            RequiresToken = options.Transport.Authentication == AuthenticationMode.Required
                || (options.Transport.Authentication == AuthenticationMode.Auto && options.GrpcUrl.Scheme == Uri.UriSchemeHttps),
            TokenFile = options.Transport.TokenFile,
            Authorize = options.Transport.Authorize,
            MaxAuditEntriesPerMinute = options.Transport.MaxAuditEntriesPerMinute,
            LoggerFactory = loggers,
        });
        apis.BindTo(_binder);
        StandardServices.Bind(_binder, apis.Descriptors, health);
        return _binder.Build();
    }

    [LoggerMessage(100, LogLevel.Information, "Listening for gRPC on {Url}")]
    private partial void LogListening(string url);
}
