using Microsoft.Extensions.Logging;
using WinApi.Transport.HyperV;

namespace WinApi.Server.Hosting;

/// <summary>The settings of the host, read and checked.</summary>
internal sealed class WinApiHostOptions
{
    /// <summary>The section of appsettings.json.</summary>
    public const string Section = "WinAPI";

    /// <summary>Where to listen, and the limits.</summary>
    public required HyperVServerOptions Transport { get; init; }

    /// <summary>Where gRPC on HTTP/2 is served too; null for nowhere.</summary>
    public required Uri? GrpcUrl { get; init; }

    /// <summary>How long running calls may take to finish at shutdown.</summary>
    public required TimeSpan ShutdownTimeout { get; init; }

    /// <summary>The least level that is logged.</summary>
    public required LogLevel LogLevel { get; init; }

    /// <summary>Whether log lines are JSON objects.</summary>
    public required bool JsonLog { get; init; }

    /// <summary>The file that is logged to as well; null for none.</summary>
    public required string? LogFile { get; init; }

    /// <summary>How large a log file may become before the next is begun.</summary>
    public required long LogFileBytes { get; init; }
}
