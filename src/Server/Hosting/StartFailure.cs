using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;

namespace WinApi.Server.Hosting;

/// <summary>
/// Says why the host did not start: in one line on stderr, and, where nobody reads that, in the log file, in the event
/// log and to the service manager.
/// </summary>
internal static partial class StartFailure
{
    /// <summary>The log category. The console does not show it: the line on stderr says the same.</summary>
    public const string Category = "WinApi.Server.Hosting.Start";

    /// <summary>A host that has not got as far as to have a log of its own.</summary>
    /// <param name="program">The program that was started.</param>
    /// <param name="logFile">Its log file; null for none.</param>
    /// <param name="problem">One line for a person.</param>
    public static void Refuse(HostProgram program, string? logFile, string problem)
    {
        Print(program, problem);
        if (logFile is not null)
        {
            LogToFile(logFile, problem);
        }

        if (WindowsService.IsThisProcess)
        {
            Log(problem, AddEventLog);
            WindowsService.RefuseToStart();
        }
    }

    /// <summary>A host that is put together and could not listen.</summary>
    public static void Report(HostProgram program, ILoggerFactory loggers, string problem)
    {
        Print(program, problem);
        LogFailure(loggers.CreateLogger(Category), problem);
    }

    private static void Print(HostProgram program, string problem) =>
        Console.Error.WriteLine($"{program.Name}: {problem}");

    private static void LogToFile(string path, string problem)
    {
        try
        {
            Log(problem, logging => LogFile.AddTo(logging, path, LogFile.DefaultBytes, json: false));
        }
        catch (SettingException)
        {
            // That the file cannot be written is either the problem itself or the lesser one.
        }
    }

    [SupportedOSPlatform("windows")]
    private static void AddEventLog(ILoggingBuilder logging) =>
        WindowsService.AddEventLog(logging, LogLevel.Information);

    private static void Log(string problem, Action<ILoggingBuilder> addTarget)
    {
        using var loggers = LoggerFactory.Create(addTarget);
        LogFailure(loggers.CreateLogger(Category), problem);
    }

    [LoggerMessage(6, LogLevel.Critical, "Could not start: {Problem}")]
    private static partial void LogFailure(ILogger logger, string problem);
}
