using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace WinApi.Transport.HyperV.Tests.Policy;

/// <summary>Keeps what is logged in the category of the audit log.</summary>
internal sealed class RecordedLog : ILoggerFactory, ILogger
{
    private const string Category = "WinApi.Audit";

    public ConcurrentQueue<(int Event, string Text, IReadOnlyDictionary<string, object?> Values)> Entries { get; } = new();

    public ILogger CreateLogger(string categoryName) =>
        categoryName == Category ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var values = ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary(pair => pair.Key, pair => pair.Value);
        Entries.Enqueue((eventId.Id, formatter(state, exception), values));
    }

    public void Dispose()
    {
    }
}
