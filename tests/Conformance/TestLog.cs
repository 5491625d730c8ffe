using Microsoft.Extensions.Logging;

namespace WinApi.Conformance.Tests;

/// <summary>Puts what the transport logs into the output of the test, so that a failure tells its story.</summary>
internal sealed class TestLog(string side) : ILoggerFactory, ILogger
{
    private readonly ITestOutputHelper? _output = TestContext.Current.TestOutputHelper;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?,
        string> formatter)
    {
        try
        {
            var message = $"{formatter(state, exception)}{(exception is null ? "" : $"\n{exception}")}";
            _output?.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {side} {logLevel}: {message}");
        }
        catch (InvalidOperationException)
        {
            // The test has ended; nobody reads it any more.
        }
    }

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
