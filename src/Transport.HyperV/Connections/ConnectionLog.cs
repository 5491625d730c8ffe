using Microsoft.Extensions.Logging;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>What a connection logs. Event ids are stable: 1000 to 1099.</summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(1000, LogLevel.Debug,
        "Connection {Session} open with {Agent}, protocol {Version}, authentication {Authentication}, memory {Memory}")]
    public static partial void Opened(
        ILogger logger, Guid session, string agent, int version, string authentication, string memory);

    [LoggerMessage(1001, LogLevel.Debug, "Connection {Session} ended: {Reason}, {Message}")]
    public static partial void Ended(ILogger logger, Guid session, DisconnectReason reason, string message);

    [LoggerMessage(1002, LogLevel.Error, "Connection {Session} failed inside this process")]
    public static partial void Failed(ILogger logger, Exception exception, Guid session);

    [LoggerMessage(1003, LogLevel.Debug, "A connection was turned away in the handshake: {Message}")]
    public static partial void HandshakeFailed(ILogger logger, string message);

    [LoggerMessage(1004, LogLevel.Error, "Accepting connections on {Endpoint} failed")]
    public static partial void AcceptFailed(ILogger logger, Exception exception, string endpoint);

    [LoggerMessage(1005, LogLevel.Warning, "Connection {Session} ended for a violation: {Message}")]
    public static partial void Violation(ILogger logger, Guid session, string message);

    [LoggerMessage(1006, LogLevel.Error, "The policy (Authorize) failed to say who may call {Method}: it is denied")]
    public static partial void PolicyFailed(ILogger logger, Exception exception, string method);
}
