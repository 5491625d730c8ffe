using Microsoft.Extensions.Logging;

namespace WinApi.Transport.HyperV.Connections.Auditing;

/// <summary>The entries of the audit log. Event ids are stable: 1400 to 1499.</summary>
internal static partial class AuditEntries
{
    [LoggerMessage(1400, LogLevel.Warning, "Turned away: {Client} at {Endpoint}: {Reason}")]
    public static partial void ConnectionRefused(ILogger logger, string client, string endpoint, string reason);

    [LoggerMessage(1401, LogLevel.Warning, "Turned away for its token: {Client} at {Endpoint}: {Reason}")]
    public static partial void TokenWrong(ILogger logger, string client, string endpoint, string reason);

    [LoggerMessage(1402, LogLevel.Warning, "Turned away for its user: {Client} at {Endpoint}: {Reason}")]
    public static partial void UserMismatch(ILogger logger, string client, string endpoint, string reason);

    [LoggerMessage(1403, LogLevel.Warning, "Denied to {Client} at {Endpoint}: {Method}: {Reason}")]
    public static partial void MethodDenied(ILogger logger, string client, string endpoint, string method, string reason);

    [LoggerMessage(1404, LogLevel.Warning, "Over a limit: {Client} at {Endpoint}: {Method}: {Reason}")]
    public static partial void LimitHit(ILogger logger, string client, string endpoint, string method, string reason);

    [LoggerMessage(1405, LogLevel.Warning,
        "Left out of this log: {Count} more of {Kind}; it takes {Entries} of a kind in {Seconds} s (MaxAuditEntriesPerMinute)")]
    public static partial void LeftOut(ILogger logger, int count, AuditedRefusal kind, int entries, double seconds);
}
