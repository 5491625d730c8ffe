using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WinApi.Transport.HyperV;

namespace WinApi.Server.Hosting;

/// <summary>Listens while the host runs; at shutdown lets running calls finish.</summary>
internal sealed partial class TransportHostedService(
    HyperVServer server,
    HostHealthService health,
    WinApiHostOptions options,
    ILogger<TransportHostedService> logger) : IHostedService
{
    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        server.Start();
        health.StartServing();
        foreach (var endpoint in server.BoundEndpoints)
        {
            // Scripts wait for this line; it is the only thing on stdout.
            Console.Out.WriteLine($"listening on {endpoint}");
            LogListening(endpoint);
        }

        if (server.TokenFilePath is { } path)
        {
            LogTokenFile(path);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        LogStopping(options.ShutdownTimeout.TotalSeconds);
        health.StopServing();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interruptedAgain = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => limit.Cancel());
        using var terminatedAgain = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => limit.Cancel());
        limit.CancelAfter(options.ShutdownTimeout);
        try
        {
            await server.StopAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // The calls that did not finish in time were cancelled, which is what the limit is for.
        }

        if (limit.IsCancellationRequested)
        {
            LogCallsCancelled();
        }

        LogStopped();
    }

    [LoggerMessage(1, LogLevel.Information, "Listening on {Endpoint}")]
    private partial void LogListening(TransportEndpoint endpoint);

    [LoggerMessage(2, LogLevel.Information,
        "Stopping: no new calls; running calls have {Seconds} s to finish (Ctrl-C or SIGTERM again ends them now)")]
    private partial void LogStopping(double seconds);

    [LoggerMessage(3, LogLevel.Warning, "Calls that were still running have been cancelled")]
    private partial void LogCallsCancelled();

    [LoggerMessage(4, LogLevel.Information, "Stopped")]
    private partial void LogStopped();

    [LoggerMessage(5, LogLevel.Information, "Clients must know the token in {Path}")]
    private partial void LogTokenFile(string path);
}
