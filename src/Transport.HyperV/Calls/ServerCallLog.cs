using Microsoft.Extensions.Logging;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>What calls log in the host. Event ids are stable: 1200 to 1299.</summary>
internal static partial class ServerCallLog
{
    [LoggerMessage(1200, LogLevel.Error, "The handler of {Method} failed")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string method);
}
