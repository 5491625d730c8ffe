using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace WinApi.Transport.HyperV.Diagnostics;

/// <summary>
/// Lines on stderr, for whoever asks a client for them with <c>WINAPI_LOG_LEVEL</c> or <c>WINAPI_DEBUG</c>; as the C library
/// writes them. Safe for use by many threads.
/// </summary>
internal sealed class EnvironmentLog(LogLevel threshold) : ILogger
{
    private const string LevelVariable = "WINAPI_LOG_LEVEL";
    private const string DebugVariable = "WINAPI_DEBUG";

    private static readonly Dictionary<string, LogLevel> s_levels = new(StringComparer.OrdinalIgnoreCase)
    {
        ["TRACE"] = LogLevel.Trace,
        ["DEBUG"] = LogLevel.Debug,
        ["INFO"] = LogLevel.Information,
        ["WARN"] = LogLevel.Warning,
        ["ERROR"] = LogLevel.Error,
    };

    /// <summary>Whether <c>WINAPI_DEBUG</c> is 1 or true.</summary>
    public static bool IsDebugging => Environment.GetEnvironmentVariable(DebugVariable) is "1" or "true";

    /// <exception cref="FormatException">WINAPI_LOG_LEVEL is not a level.</exception>
    public static ILogger Open()
    {
        var text = Environment.GetEnvironmentVariable(LevelVariable);
        return string.IsNullOrEmpty(text) ? (IsDebugging ? new EnvironmentLog(LogLevel.Debug) : NullLogger.Instance)
            : s_levels.TryGetValue(text, out var level) ? new EnvironmentLog(level)
            : throw new FormatException($"{LevelVariable} is '{text}'; it must be TRACE, DEBUG, INFO, WARN or ERROR");
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= threshold && logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var level = s_levels.FirstOrDefault(known => known.Value == logLevel).Key ?? "ERROR";
        var text = formatter(state, exception);
        Console.Error.WriteLine($"winapi {level} {(exception is null ? text : $"{text}: {exception.Message}")}");
    }
}
