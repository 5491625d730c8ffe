using Microsoft.Extensions.Logging;

namespace WinApi.Transport.HyperV;

/// <summary>How a <see cref="HyperVChannel"/> connects and what it accepts. Read once, when the channel is made.</summary>
public sealed class HyperVChannelOptions
{
    /// <summary>Where the host listens. Null, the default: <see cref="TransportEndpoint.DefaultForClient"/>.</summary>
    public TransportEndpoint? Endpoint { get; set; }

    /// <summary>How long one attempt to connect may take, handshake included. Default 30 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether the host must prove that it knows this client's token. Default <see cref="AuthenticationMode.Auto"/>.
    /// </summary>
    public AuthenticationMode Authentication { get; set; } = AuthenticationMode.Auto;

    /// <summary>
    /// The file with the host's token. Null, the default: <c>WINAPI_TOKEN_FILE</c>, else <c>~/.config/winapi/token</c> and,
    /// in WSL2, <c>AppData\Local\WinAPI\token</c> in the Windows profiles that this user can read. Read at each connect.
    /// </summary>
    public string? TokenFile { get; set; }

    /// <summary>
    /// This side's path of the file for <see cref="SharedMemoryMode.File"/>. Null, the default: <c>WINAPI_SHARED_MEM</c>,
    /// else none.
    /// </summary>
    public string? SharedMemoryFile { get; set; }

    /// <summary>Whether to share memory with the host. Default <see cref="SharedMemoryMode.Auto"/>.</summary>
    public SharedMemoryMode SharedMemory { get; set; } = SharedMemoryMode.Auto;

    /// <summary>
    /// The size of both regions together, in bytes; half of it is the client's. Default 8 MiB, or what
    /// <c>WINAPI_SHARED_MEM_SIZE</c> says; up to just under 2 GiB, rounded up to whole pages of 4 KiB.
    /// </summary>
    public long SharedMemoryBytes { get; set; } = TransportDefaults.SharedMemoryBytes;

    /// <summary>
    /// Whether the frames of calls may travel in the shared memory too, with the socket to wake who sleeps; they do where
    /// memory is shared and the host agrees. Default true, or what <c>WINAPI_RINGS</c> says.
    /// </summary>
    public bool UseRings { get; set; } = TransportDefaults.UseRings;

    /// <summary>
    /// The longest that a thread looks for the next frame in the rings before it sleeps. It looks shorter where that does
    /// not help, and not at all on an idle connection. Default 50 µs, or what
    /// <c>WINAPI_SPIN_US</c> says; 0: it sleeps at once.
    /// </summary>
    public TimeSpan SpinTime { get; set; } = TransportDefaults.SpinTime;

    /// <summary>
    /// An ordinary message of so many bytes or more goes through shared memory, a smaller one through the socket.
    /// Default 32 KiB.
    /// </summary>
    public int InlineThreshold { get; set; } = TransportDefaults.InlineThreshold;

    /// <summary>The largest message accepted from the host, in bytes. Default 64 MiB.</summary>
    public int MaxReceiveMessageBytes { get; set; } = TransportDefaults.MaxMessageBytes;

    /// <summary>The largest message sent, in bytes. Default 64 MiB.</summary>
    public int MaxSendMessageBytes { get; set; } = TransportDefaults.MaxMessageBytes;

    /// <summary>The most metadata accepted with one call, in bytes. Default 16 KiB.</summary>
    public int MaxMetadataBytes { get; set; } = TransportDefaults.MaxMetadataBytes;

    /// <summary>How many bytes of unread messages each call may have waiting here. Default 1 MiB.</summary>
    public int StreamWindowBytes { get; set; } = TransportDefaults.StreamWindowBytes;

    /// <summary>After so much silence the host is asked whether it is there. Default 10 s.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TransportDefaults.HeartbeatInterval;

    /// <summary>A host that does not answer that for so long is given up. Default 30 s.</summary>
    public TimeSpan HeartbeatTimeout { get; set; } = TransportDefaults.HeartbeatTimeout;

    /// <summary>
    /// Where to log. Null, the default: to stderr, where <c>WINAPI_LOG_LEVEL</c> or <c>WINAPI_DEBUG</c> asks for it, else
    /// nowhere. At TRACE, and with <c>WINAPI_DEBUG=1</c>, every frame is logged as a line of JSON.
    /// </summary>
    public ILoggerFactory? LoggerFactory { get; set; }
}
