using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Diagnostics;

/// <summary>
/// Logs every frame of a connection as a line of JSON, where somebody asks for that: at the level TRACE, or with
/// <c>WINAPI_DEBUG</c> at DEBUG already. Safe for use by many threads.
/// </summary>
internal sealed partial class FrameTrace
{
    private readonly ILogger _logger;
    private readonly LogLevel _level;
    private readonly FrameJson _sent;
    private readonly FrameJson _received;

    private FrameTrace(ILogger logger, LogLevel level, bool isClient, Guid? session)
    {
        (_logger, _level) = (logger, level);
        var side = isClient ? "client" : "host";
        var methods = new ConcurrentDictionary<ushort, string>();
        _sent = new FrameJson("sent", side, session, methods);
        _received = new FrameJson("received", side, session, methods);
    }

    /// <summary>Null, the usual case, where nobody asks.</summary>
    /// <param name="logger">Where to.</param>
    /// <param name="isClient">Which side this is.</param>
    /// <param name="session">The connection; null during the handshake.</param>
    public static FrameTrace? For(ILogger logger, bool isClient, Guid? session = null)
    {
        var level = EnvironmentLog.IsDebugging ? LogLevel.Debug : LogLevel.Trace;
        return logger.IsEnabled(level) ? new FrameTrace(logger, level, isClient, session) : null;
    }

    /// <param name="header">The header.</param>
    /// <param name="content">What follows it.</param>
    public void Sent(FrameHeader header, ReadOnlySpan<byte> content) =>
        Log(_sent.Describe(header, content[..header.HeadLength], content[header.HeadLength..]));

    public void Received(FrameReader frame) => Log(_received.Describe(frame.Header, frame.Head, frame.Body));

    private void Log(string frame) => Log(_logger, _level, frame);

    [LoggerMessage(EventId = 1300, Message = "{Frame}")]
    private static partial void Log(ILogger logger, LogLevel level, string frame);
}
