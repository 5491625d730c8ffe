using Microsoft.Extensions.Logging;

namespace WinApi.Transport.HyperV.Tests.HostilePeers;

/// <summary>Learns from the log how a connection ended, and whether by a fault of this side.</summary>
internal sealed class EndLog : ILoggerFactory, ILogger
{
    private const int EndedEvent = 1001;
    private const int FailedEvent = 1002;

    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Exception? _fault;

    /// <summary>The message of the first connection's end.</summary>
    public Task<string> Ended => _ended.Task;

    /// <exception cref="InvalidOperationException">A connection ended by a fault of this side.</exception>
    public void ThrowIfFailed()
    {
        if (_fault is { } fault)
        {
            throw new InvalidOperationException($"The connection failed inside this process: {fault}", fault);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == FailedEvent)
        {
            _fault = exception;
        }
        else if (eventId.Id == EndedEvent)
        {
            var message = formatter(state, exception);
            _ended.TrySetResult(message[message.IndexOf("ended: ", StringComparison.Ordinal)..]);
        }
    }

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
