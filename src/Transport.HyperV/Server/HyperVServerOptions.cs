using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;

namespace WinApi.Transport.HyperV;

/// <summary>Where a <see cref="HyperVServer"/> listens and what it accepts. Read once, when the server is made.</summary>
public sealed class HyperVServerOptions
{
    /// <summary>Where to listen. Empty, the default: <see cref="TransportEndpoint.DefaultsForHost"/>.</summary>
    public IList<TransportEndpoint> Endpoints { get; } = [];

    /// <summary>Whether clients must know this host's token. Default <see cref="AuthenticationMode.Auto"/>.</summary>
    public AuthenticationMode Authentication { get; set; } = AuthenticationMode.Auto;

    /// <summary>
    /// The file with the token; made, for its owner alone, where there is none. Null, the default:
    /// <c>WINAPI_TOKEN_FILE</c>, else <c>~/.config/winapi/token</c>, on Windows <c>%LOCALAPPDATA%\WinAPI\token</c>.
    /// </summary>
    public string? TokenFile { get; set; }

    /// <summary>Whether to share memory with clients that offer it. Default <see cref="SharedMemoryMode.Auto"/>.</summary>
    public SharedMemoryMode SharedMemory { get; set; } = SharedMemoryMode.Auto;

    /// <summary>
    /// A file whose bytes clients may share, each a part of it, where they have a path to the same bytes; made, of
    /// <see cref="MaxSharedMemoryBytes"/>, where there is none. Whoever can open it can read and change the bytes of all
    /// connections that use it. Null, the default: <c>WINAPI_SHARED_MEM</c>, else none.
    /// </summary>
    public string? SharedMemoryFile { get; set; }

    /// <summary>
    /// The id of the virtual machine that WSL runs in, where it cannot be found by itself. Null, the default: it is
    /// looked for.
    /// </summary>
    public Guid? VirtualMachineId { get; set; }

    /// <summary>The largest mapping accepted from a client, both regions together, in bytes. Default 256 MiB.</summary>
    public long MaxSharedMemoryBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>How many connections may be open at once; more are refused. Default 256.</summary>
    public int MaxConnections { get; set; } = 256;

    /// <summary>
    /// How many calls one connection may have running; a client of this library waits with more. Default 1,024.
    /// </summary>
    public int MaxConcurrentCallsPerConnection { get; set; } = 1024;

    /// <summary>How many calls all connections together may have running; more are refused. Default 16,384.</summary>
    public int MaxConcurrentCalls { get; set; } = 16 * 1024;

    /// <summary>
    /// How many bytes of messages of one connection may wait here to be read, half received ones included and those in shared
    /// memory not; a call whose message would be more ends with RESOURCE_EXHAUSTED. Each message of a stream counts 16
    /// bytes more than it has. Default 256 MiB; no use below <see cref="MaxReceiveMessageBytes"/>.
    /// </summary>
    public long MaxQueuedBytesPerConnection { get; set; } = 256 * 1024 * 1024;

    /// <summary>The same of all connections together, in bytes. Default 1 GiB.</summary>
    public long MaxQueuedBytes { get; set; } = 1024 * 1024 * 1024;

    /// <summary>
    /// How many buffers the handlers of one connection may have at once, lent by the client or rented; a call that lends more,
    /// and a rent, ends with RESOURCE_EXHAUSTED. Default 4,096.
    /// </summary>
    public int MaxBuffersPerConnection { get; set; } = 4096;

    /// <summary>The same of all connections together. Default 65,536.</summary>
    public int MaxBuffers { get; set; } = 64 * 1024;

    /// <summary>
    /// How many messages a second one connection may send; a call counts as one, and each message of a stream that is read as
    /// one more. A call too many is refused with RESOURCE_EXHAUSTED; a message of a stream waits to be read until it
    /// is due, since credit then slows its sender down and nothing is lost. What is left of a second is not saved up.
    /// Default 0: no limit.
    /// </summary>
    public int MaxMessagesPerSecond { get; set; }

    /// <summary>
    /// How many entries of each kind (connection, token, user, method, limit) the audit log takes in a minute; it tells how many
    /// it left out. Default 60.
    /// </summary>
    public int MaxAuditEntriesPerMinute { get; set; } = 60;

    /// <summary>
    /// Who may call what: refused calls end with PERMISSION_DENIED and the reason. Null, the default: every client that was let
    /// in may call every method.
    /// </summary>
    public MethodAuthorizer? Authorize { get; set; }

    /// <summary>The largest message accepted from a client, in bytes. Default 64 MiB.</summary>
    public int MaxReceiveMessageBytes { get; set; } = TransportDefaults.MaxMessageBytes;

    /// <summary>The largest message sent, in bytes. Default 64 MiB.</summary>
    public int MaxSendMessageBytes { get; set; } = TransportDefaults.MaxMessageBytes;

    /// <summary>The most metadata accepted with one call, in bytes. Default 16 KiB.</summary>
    public int MaxMetadataBytes { get; set; } = TransportDefaults.MaxMetadataBytes;

    /// <summary>How many bytes of unread messages each call may have waiting here. Default 1 MiB.</summary>
    public int StreamWindowBytes { get; set; } = TransportDefaults.StreamWindowBytes;

    /// <summary>
    /// Whether the frames of calls may travel in the shared memory too, with the socket to wake who sleeps; they do where
    /// memory is shared and the client agrees. Default true.
    /// </summary>
    public bool UseRings { get; set; } = true;

    /// <summary>
    /// The longest that a thread looks for the next frame in the rings before it sleeps. It looks shorter where that does
    /// not help, and not at all on an idle connection. Default 50 µs; 0: it sleeps at once.
    /// </summary>
    public TimeSpan SpinTime { get; set; } = TransportDefaults.UsualSpinTime;

    /// <summary>
    /// An ordinary message of so many bytes or more goes through shared memory, a smaller one through the socket.
    /// Default 32 KiB.
    /// </summary>
    public int InlineThreshold { get; set; } = TransportDefaults.InlineThreshold;

    /// <summary>How long a client may take to say hello and prove its memory. Default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After so much silence a client is asked whether it is there. Default 10 s.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TransportDefaults.HeartbeatInterval;

    /// <summary>A client that does not answer that for so long is given up. Default 30 s.</summary>
    public TimeSpan HeartbeatTimeout { get; set; } = TransportDefaults.HeartbeatTimeout;

    /// <summary>
    /// Whether the status of a handler that threw tells the exception's type and message. Default false: clients see
    /// neither.
    /// </summary>
    public bool EnableDetailedErrors { get; set; }

    /// <summary>Interceptors around every handler, the first outermost.</summary>
    public IList<Interceptor> Interceptors { get; } = [];

    /// <summary>Where to log; refusals go to the category <c>WinApi.Audit</c>. Null, the default: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }
}
