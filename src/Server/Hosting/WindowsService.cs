using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.ServiceProcess;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.WindowsServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.EventLog;

namespace WinApi.Server.Hosting;

/// <summary>The host as a Windows service: its lifetime, its event log, its exit codes.</summary>
internal static class WindowsService
{
    /// <summary>The name of the service, and of its source in the event log. The installation scripts use it too.</summary>
    public const string Name = "WinAPIService";

    // ERROR_INVALID_PARAMETER and ERROR_EXCEPTION_IN_SERVICE of winerror.h; 'sc query' shows them, 'net start' in words.
    private const int BadParameter = 87;
    private const int FailedInService = 1064;

    /// <summary>Whether Windows' service manager started this process.</summary>
    [SupportedOSPlatformGuard("windows")]
    public static bool IsThisProcess { get; } = OperatingSystem.IsWindows() && WindowsServiceHelpers.IsWindowsService();

    /// <summary>
    /// Where the token of the service is when no setting names a file: it has no user whose profile clients could look into.
    /// Null for a process that is no service.
    /// </summary>
    public static string? TokenFile => IsThisProcess
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "WinAPI", "token")
        : null;

    /// <summary>Lets the service manager start and stop the host.</summary>
    [SupportedOSPlatform("windows")]
    public static void AddLifetime(IServiceCollection services)
    {
        services.Configure<WindowsServiceLifetimeOptions>(options => options.ServiceName = Name);
        services.AddSingleton<IHostLifetime, ServiceLifetime>();
    }

    /// <summary>Logs to the event log: of this host's own categories what is Information or worse, of others warnings.</summary>
    [SupportedOSPlatform("windows")]
    public static void AddEventLog(ILoggingBuilder logging, LogLevel minimum)
    {
        logging.AddEventLog(settings => settings.SourceName = Name);
        logging.AddFilter<EventLogLoggerProvider>(null, LogLevel.Warning);
        logging.AddFilter<EventLogLoggerProvider>(
            nameof(WinApi), minimum > LogLevel.Information ? minimum : LogLevel.Information);
    }

    /// <summary>Tells the service manager that the host could not listen. Returns when it knows.</summary>
    /// <param name="services">The services of the host that failed to start.</param>
    /// <param name="failure">Its <see cref="ExitCodeOf">number</see> becomes the service's exit code.</param>
    [SupportedOSPlatform("windows")]
    public static Task FailAsync(IServiceProvider services, Exception failure) =>
        ((ServiceLifetime)services.GetRequiredService<IHostLifetime>()).FailAsync(ExitCodeOf(failure));

    /// <summary>Tells the service manager that the settings are bad. For a process that has not begun to serve it.</summary>
    [SupportedOSPlatform("windows")]
    public static void RefuseToStart()
    {
        using var service = new RefusingService(BadParameter);
        try
        {
            ServiceBase.Run(service);
        }
        catch (Win32Exception)
        {
            // How a start that fails comes out of Run; the service manager knows by now.
        }
    }

    /// <summary>The system's own number of what happened, such as 10048 for an address in use.</summary>
    public static int ExitCodeOf(Exception failure) =>
        failure.GetBaseException() is SocketException socket ? socket.NativeErrorCode : FailedInService;
}
