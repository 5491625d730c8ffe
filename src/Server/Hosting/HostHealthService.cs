using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace WinApi.Server.Hosting;

/// <summary>
/// Health of the host as a whole (the empty name) and of each API: SERVING while it listens, NOT_SERVING before and
/// after. Safe for use by many threads at once.
/// </summary>
internal sealed class HostHealthService : HealthServiceImpl, IDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly List<string> _services = [""];

    public HostHealthService() => SetStatus("", ServingStatus.NotServing);

    /// <summary>Adds an API. Called before the host listens.</summary>
    public void Know(string service)
    {
        _services.Add(service);
        SetStatus(service, ServingStatus.NotServing);
    }

    public void StartServing() => SetAll(ServingStatus.Serving);

    /// <summary>Tells all who watch, and ends their calls: a watch has no end of its own and would hold up shutdown.</summary>
    public void StopServing()
    {
        SetAll(ServingStatus.NotServing);
        _stopped.Cancel();
    }

    /// <inheritdoc />
    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, _stopped.Token);
        await base.Watch(request, responseStream, new CallContextWithToken(context, ended.Token));
    }

    public void Dispose() => _stopped.Dispose();

    private void SetAll(ServingStatus status)
    {
        foreach (var service in _services)
        {
            SetStatus(service, status);
        }
    }
}
