using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace WinApi.Server.Hosting;

/// <summary>
/// Logs to stderr, one line an entry, as text or as JSON (stdout stays free for what scripts wait for); to a file where
/// one is set; and to the event log as a Windows service.
/// </summary>
internal static class HostLogging
{
    private const string UtcMilliseconds = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    /// <exception cref="SettingException">The log file cannot be written.</exception>
    public static void Configure(ILoggingBuilder logging, IConfiguration configuration, WinApiHostOptions options)
    {
        logging.SetMinimumLevel(options.LogLevel);
        logging.AddConfiguration(configuration.GetSection("Logging"));

        // A host that cannot start says why in one line of its own; the framework would add a stack trace.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

        // Two lines for each request, and more.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting", LogLevel.Warning);
        logging.AddFilter("Grpc", LogLevel.Warning);
        AddConsole(logging, options.JsonLog);
        if (options.LogFile is { } path)
        {
            LogFile.AddTo(logging, path, options.LogFileBytes, options.JsonLog);
        }

        if (WindowsService.IsThisProcess)
        {
            WindowsService.AddEventLog(logging, options.LogLevel);
        }
    }

    private static void AddConsole(ILoggingBuilder logging, bool json)
    {
        logging.AddFilter<ConsoleLoggerProvider>(StartFailure.Category, LogLevel.None);
        if (json)
        {
            logging.AddJsonConsole(console =>
            {
                console.UseUtcTimestamp = true;
                console.TimestampFormat = UtcMilliseconds.TrimEnd();
                console.IncludeScopes = true;
            });
        }
        else if (SystemdHelpers.IsSystemdService())
        {
            // The journal knows the time, and reads the priority at the head of a line.
            logging.AddSystemdConsole(console => console.IncludeScopes = true);
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                console.UseUtcTimestamp = true;
                console.TimestampFormat = UtcMilliseconds;
                console.SingleLine = true;
                console.IncludeScopes = true;
            });
        }

        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
