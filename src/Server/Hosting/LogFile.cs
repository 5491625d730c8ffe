using System.Globalization;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Extensions.Logging;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;

namespace WinApi.Server.Hosting;

/// <summary>A log in files of bounded size, for a host that has no console.</summary>
internal static class LogFile
{
    /// <summary>How many files are kept, the one being written among them.</summary>
    public const int KeptFiles = 4;

    /// <summary>The size of one file where no setting says another.</summary>
    public const long DefaultBytes = 8 * 1024 * 1024;

    private const string TextLine =
        "{UtcTimestamp:yyyy-MM-ddTHH:mm:ss.fffZ} {Level:u4} {SourceContext}: {Message:l}{NewLine}{Exception}";

    /// <summary>Logs to a file as well. Which levels is decided by <paramref name="logging"/>.</summary>
    /// <exception cref="SettingException">The file cannot be written.</exception>
    public static void AddTo(ILoggingBuilder logging, string path, long bytes, bool json)
    {
        RequireWritable(path);
        ITextFormatter format = json
            ? new JsonFormatter(renderMessage: true)
            : new MessageTemplateTextFormatter(TextLine, CultureInfo.InvariantCulture);
        var file = new LoggerConfiguration()
            .MinimumLevel.Verbose()
            .WriteTo.File(
                format, path, fileSizeLimitBytes: bytes, rollOnFileSizeLimit: true, retainedFileCountLimit: KeptFiles)
            .CreateLogger();

        // Not AddSerilog, which would let every level through.
        logging.AddProvider(new SerilogLoggerProvider(file, dispose: true));
    }

    // The library drops lines that it cannot write, and says so to nobody.
    private static void RequireWritable(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SettingException(
                $"cannot write the log file '{path}' ({e.Message.TrimEnd('.')}); name another with --log-file or "
                + "WINAPI_LOG_FILE");
        }
    }
}
