using System.Globalization;
using WinApi.Transport.HyperV;

namespace WinApi.Server.Hosting;

/// <summary>The list of all settings: the command line, the environment and appsettings.json are read by it.</summary>
internal static class HostSettings
{
    public const string Endpoint = "Endpoint";
    public const string GrpcUrl = "GrpcUrl";
    public const string Authentication = "Authentication";
    public const string TokenFile = "TokenFile";
    public const string Allow = "Allow";
    public const string SharedMemory = "SharedMemory";
    public const string SharedMemoryFile = "SharedMemoryFile";
    public const string VirtualMachineId = "VirtualMachineId";
    public const string SpinMicroseconds = "SpinMicroseconds";
    public const string LogLevel = "LogLevel";
    public const string LogFormat = "LogFormat";
    public const string LogFile = "LogFile";
    public const string LogFileBytes = "LogFileBytes";
    public const string ShutdownTimeoutSeconds = "ShutdownTimeoutSeconds";
    public const string HandshakeTimeoutSeconds = "HandshakeTimeoutSeconds";
    public const string HeartbeatIntervalSeconds = "HeartbeatIntervalSeconds";
    public const string HeartbeatTimeoutSeconds = "HeartbeatTimeoutSeconds";

    /// <summary>The limits' defaults are the transport's own.</summary>
    public static HyperVServerOptions Defaults { get; } = new();

    public static IReadOnlyList<HostSetting> All { get; } =
    [
        new(Endpoint, "URI",
            "Where to listen: unix:///path/to.sock, hvsocket://auto/PORT (Windows; auto is the VM of WSL2), "
                + "vsock://any:PORT (Linux) or tcp://127.0.0.1:PORT; may be given more than once. Without it: a socket "
                + "that only this user can reach, and in Windows hvsocket://auto/0x1234 (WINAPI_SOCKET_PORT).",
            TransportEndpoint.EnvironmentVariable),
        new(GrpcUrl, "URL",
            "Serve gRPC on HTTP/2 there too, for clients on other machines: https://0.0.0.0:5001, with a certificate in "
                + "Kestrel__Certificates__Default__Path, or http://127.0.0.1:5001 for this machine. Default: none.",
            "WINAPI_GRPC_URL"),
        new(Authentication, "auto|required|none",
            "Whether clients must prove that they know the host's token: auto asks on vsock: and hvsocket:. Default: auto."),
        new(TokenFile, "PATH",
            "The file with the token, made where there is none. Default: ~/.config/winapi/token, on Windows "
                + @"%LOCALAPPDATA%\WinAPI\token, of a service %ProgramData%\WinAPI\token.",
            "WINAPI_TOKEN_FILE"),
        new(Allow, "RULES",
            "Who may call what: PREFIX=CLIENT,CLIENT with ';' between rules; may be given more than once. A client is *, none, "
                + "user:NAME (or its number), token:NAME, vm:GUID, cid:NUMBER or endpoint:START; the longest prefix decides. "
                + "Default: every client may call everything."),
        new(SharedMemory, "auto|none|memfd|wslg|file",
            "Share memory with clients that can, in whatever way or in this one, or carry all bytes inline. Default: auto."),
        new(SharedMemoryFile, "PATH",
            "A file to share memory in with clients that have a path to the same bytes; made where there is none. "
                + "Who can open it can change the bytes of all who use it. Default: none.",
            "WINAPI_SHARED_MEM"),
        new(VirtualMachineId, "GUID", "The id of WSL's virtual machine, where it cannot be found by itself.", "WINAPI_VM_ID"),
        Size(nameof(Defaults.MaxSharedMemoryBytes),
            "The largest mapping accepted from a client.", Defaults.MaxSharedMemoryBytes, "WINAPI_SHARED_MEM_SIZE"),
        new(nameof(Defaults.UseRings), "true|false",
            "Let the frames of calls travel in the shared memory too, with the socket to wake who sleeps. Default: true.",
            "WINAPI_RINGS"),
        new(SpinMicroseconds, "US",
            "The longest to look for the next frame in the rings before sleeping; idle connections sleep. Default: 50.",
            "WINAPI_SPIN_US"),
        Number(nameof(Defaults.MaxConnections), "N", "Most connections at once.", Defaults.MaxConnections),
        Number(nameof(Defaults.MaxConcurrentCallsPerConnection), "N",
            "Most calls at once on one connection.", Defaults.MaxConcurrentCallsPerConnection),
        Number(nameof(Defaults.MaxConcurrentCalls), "N", "Most calls at once on all connections.", Defaults.MaxConcurrentCalls),
        Size(nameof(Defaults.MaxQueuedBytesPerConnection),
            "Most bytes of messages of one connection that wait to be read.", Defaults.MaxQueuedBytesPerConnection),
        Size(nameof(Defaults.MaxQueuedBytes), "The same of all connections.", Defaults.MaxQueuedBytes),
        Number(nameof(Defaults.MaxBuffersPerConnection), "N",
            "Most buffers lent and rented at once on one connection.", Defaults.MaxBuffersPerConnection),
        Number(nameof(Defaults.MaxBuffers), "N", "The same on all connections.", Defaults.MaxBuffers),
        Number(nameof(Defaults.MaxMessagesPerSecond), "N",
            "Most calls and messages of streams in a second on one connection; 0: no limit.", Defaults.MaxMessagesPerSecond),
        Number(nameof(Defaults.MaxAuditEntriesPerMinute), "N",
            "Most entries of a kind in the log of refusals (WinApi.Audit) in a minute.", Defaults.MaxAuditEntriesPerMinute),
        Size(nameof(Defaults.MaxReceiveMessageBytes), "The largest message taken.", Defaults.MaxReceiveMessageBytes),
        Size(nameof(Defaults.MaxSendMessageBytes), "The largest message sent.", Defaults.MaxSendMessageBytes),
        Size(nameof(Defaults.MaxMetadataBytes), "The most metadata of one call.", Defaults.MaxMetadataBytes),
        Size(nameof(Defaults.StreamWindowBytes),
            "How far the sender of a stream may be ahead of its reader.", Defaults.StreamWindowBytes),
        Size(nameof(Defaults.InlineThreshold),
            "A message this large or larger goes through shared memory.", Defaults.InlineThreshold),
        Number(HandshakeTimeoutSeconds, "S", "How long a new connection may take to introduce itself.",
            Defaults.HandshakeTimeout.TotalSeconds),
        Number(HeartbeatIntervalSeconds, "S", "How often a silent client is asked for a sign of life.",
            Defaults.HeartbeatInterval.TotalSeconds),
        Number(HeartbeatTimeoutSeconds, "S", "A client silent for so long is taken for gone.",
            Defaults.HeartbeatTimeout.TotalSeconds),
        Number(ShutdownTimeoutSeconds, "S", "How long running calls may take to finish at shutdown.", 30),
        new(nameof(Defaults.EnableDetailedErrors), "true|false",
            "Tell clients the message of an exception that a service throws. Default: false."),
        new(LogLevel, "LEVEL",
            "TRACE (every frame, as JSON), DEBUG, INFO, WARN or ERROR. Default: INFO; WINAPI_DEBUG=1 means DEBUG and every "
                + "frame.",
            "WINAPI_LOG_LEVEL"),
        new(LogFormat, "text|json", "Log lines for people or for machines, on stderr. Default: text."),
        new(LogFile, "PATH",
            "A file to log to as well. Default: none; the agent of Windows logs to %LOCALAPPDATA%\\WinAPI\\agent.log.",
            "WINAPI_LOG_FILE"),
        Size(LogFileBytes,
            $"A log file this large is followed by the next, PATH with _001, _002...; the newest {Hosting.LogFile.KeptFiles} "
                + "are kept.",
            Hosting.LogFile.DefaultBytes),
    ];

    private static HostSetting Number(string name, string valueName, string description, double fallback) =>
        new(name, valueName, $"{description} Default: {fallback.ToString(CultureInfo.InvariantCulture)}.");

    private static HostSetting Size(string name, string description, long fallback, string? environmentVariable = null)
    {
        var isMebibytes = fallback % (1 << 20) == 0;
        var text = isMebibytes ? $"{fallback >> 20}MiB" : $"{fallback >> 10}KiB";
        return new HostSetting(name, "SIZE", $"{description} Default: {text}.", environmentVariable);
    }
}
