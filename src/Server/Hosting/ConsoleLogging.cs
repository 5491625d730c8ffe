using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace WinApi.Server.Hosting;

/// <summary>Logs to stderr, one line an entry, as text or as JSON. stdout stays free for what scripts wait for.</summary>
internal static class ConsoleLogging
{
    private const string UtcMilliseconds = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    public static void Configure(ILoggingBuilder logging, IConfiguration configuration, WinApiHostOptions options)
    {
        logging.SetMinimumLevel(options.LogLevel);
        logging.AddConfiguration(configuration.GetSection("Logging"));

        // A host that cannot start says why in one line of its own; the framework would add a stack trace.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        if (options.JsonLog)
        {
            logging.AddJsonConsole(console =>
            {
                console.UseUtcTimestamp = true;
                console.TimestampFormat = UtcMilliseconds.TrimEnd();
                console.IncludeScopes = true;
            });
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
