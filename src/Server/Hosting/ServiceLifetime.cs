using System.ComponentModel;
using System.Runtime.Versioning;
using System.ServiceProcess;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.WindowsServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WinApi.Server.Hosting;

/// <summary>
/// A service that counts as running only when the host listens, so that 'net start' fails, with the reason, when it
/// cannot.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class ServiceLifetime : WindowsServiceLifetime
{
    private static readonly TimeSpan TimeToTell = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource<int> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ServiceLifetime(
        IHostEnvironment environment,
        IHostApplicationLifetime application,
        ILoggerFactory loggers,
        IOptions<HostOptions> host,
        IOptions<WindowsServiceLifetimeOptions> service)
        : base(environment, application, loggers, host, service)
    {
        AutoLog = false; // the host logs its own start and stop, without stack traces
        application.ApplicationStarted.Register(() => _started.TrySetResult(0));
    }

    /// <summary>Ends the service as one that failed to start; returns when the service manager knows.</summary>
    /// <param name="exitCode">A number of winerror.h.</param>
    public Task FailAsync(int exitCode)
    {
        _started.TrySetResult(exitCode);
        return Task.Run(() =>
        {
            try
            {
                using var controller = new ServiceController(ServiceName);
                controller.WaitForStatus(ServiceControllerStatus.Stopped, TimeToTell);
            }
            catch (Exception e) when (e is InvalidOperationException or System.ServiceProcess.TimeoutException)
            {
                // It will find out by the end of the process.
            }
        });
    }

    protected override void OnStart(string[] args)
    {
        base.OnStart(args); // lets the host go on starting
        if (_started.Task.GetAwaiter().GetResult() is not 0 and var exitCode)
        {
            ExitCode = exitCode;
            throw new Win32Exception(exitCode);
        }
    }
}
