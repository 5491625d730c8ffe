using System.Runtime.Versioning;
using Microsoft.Extensions.Hosting;

namespace WinApi.Server.Agent;

/// <summary>Says that the agent is ready, and stops it when somebody wants that. Starts after the host listens.</summary>
[SupportedOSPlatform("windows")]
internal sealed class AgentHostedService(AgentEvents events, IHostApplicationLifetime application) : IHostedService
{
    private RegisteredWaitHandle? _stopRequest;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _stopRequest = ThreadPool.RegisterWaitForSingleObject(
            events.Stop,
            (_, _) => application.StopApplication(),
            state: null,
            Timeout.Infinite,
            executeOnlyOnce: true);
        events.SetReady();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopRequest?.Unregister(null);
        return Task.CompletedTask;
    }
}
