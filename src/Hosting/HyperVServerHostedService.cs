using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WinApi.Transport.HyperV;

namespace WinApi.Hosting;

/// <summary>The server of a host: listens from the host's start to its stop.</summary>
internal sealed class HyperVServerHostedService : IHostedService, IAsyncDisposable
{
    private readonly HyperVServer _server;

    public HyperVServerHostedService(
        IOptions<HyperVServerOptions> options, IEnumerable<IServedService> services, ILoggerFactory loggers)
    {
        options.Value.LoggerFactory ??= loggers;
        _server = new HyperVServer(options.Value);
        foreach (var service in services)
        {
            service.Bind(_server.Services);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _server.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _server.StopAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host has waited as long as it will: calls that still ran have been cancelled.
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
