using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace WinApi.Transport.HyperV.Tests.Diagnostics;

/// <summary>Keeps what is logged.</summary>
internal sealed class FrameLog(LogLevel level) : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(int Id, string Text)> _entries = new();

    public IReadOnlyList<string> Lines => [.. _entries.Select(entry => entry.Text)];

    public IReadOnlyList<JsonElement> Frames =>
        [.. _entries.Where(entry => entry.Id == 1300).Select(entry => JsonDocument.Parse(entry.Text).RootElement)];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= level;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((eventId.Id, formatter(state, exception)));

    public void Dispose()
    {
    }
}
