using Microsoft.Extensions.Hosting;

namespace WinApi.Server.Http2;

/// <summary>Of a web application inside the host: signals are the host's to handle.</summary>
internal sealed class OuterLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
