using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using WinApi.Transport.HyperV.Connections.Auditing;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Memory.Backends;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>What one side brings to a connection; from the public options of channel and server.</summary>
internal sealed record ConnectionSettings
{
    // A frame has room for the name of a method or a status, metadata, lends, and a piece of a message.
    private const int TextBytes = 4 * 1024;
    private const int MinPieceBytes = 4 * 1024;
    private const int MaxPieceBytes = 64 * 1024;

    /// <summary>The ways to share memory that may be tried, in order; empty where it is switched off.</summary>
    public required IReadOnlyList<MemoryBackend> MemoryBackends { get; init; }

    /// <summary>Whether frames may travel in rings in the memory.</summary>
    public bool UseRings { get; init; } = true;

    /// <summary>The longest that a reader of rings looks for more before it sleeps.</summary>
    public TimeSpan SpinTime { get; init; }

    public AuthenticationMode Authentication { get; init; }

    /// <summary>Where a client finds its token; null: in the usual places.</summary>
    public string? TokenFile { get; init; }

    /// <summary>The regions a client offers.</summary>
    public MappingLayout Layout { get; init; }

    /// <summary>The most a host accepts for both regions together.</summary>
    public long MaxSharedMemoryBytes { get; init; }

    public required int InlineThreshold { get; init; }

    public required int MaxReceiveMessageBytes { get; init; }

    public required int MaxSendMessageBytes { get; init; }

    public required int MaxMetadataBytes { get; init; }

    public required int StreamWindowBytes { get; init; }

    public int MaxConcurrentCalls { get; init; }

    /// <summary>Makes the limits of a connection; null at a client.</summary>
    public Func<ConnectionLimits>? NewLimits { get; init; }

    /// <summary>Who may call what; null: every client everything.</summary>
    public MethodAuthorizer? Authorize { get; init; }

    /// <summary>Where a host says what it refuses; null at a client.</summary>
    public AuditLog? Audit { get; init; }

    /// <summary>Whether the status of a handler that threw tells the exception.</summary>
    public bool TellsErrors { get; init; }

    public required TimeSpan HeartbeatInterval { get; init; }

    public required TimeSpan HeartbeatTimeout { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Whether this side insists on a token over an endpoint.</summary>
    public bool RequiresToken(TransportEndpoint endpoint) => Authentication == AuthenticationMode.Required
        || (Authentication == AuthenticationMode.Auto && !endpoint.IsLoopback);

    /// <summary>Why the process at the other end is not one to talk to; null where it is.</summary>
    public string? RefusePeer(Socket socket) =>
        Authentication == AuthenticationMode.None ? null : PeerUser.Mismatch(socket);

    /// <summary>The largest payload of a frame this side reads.</summary>
    public int MaxFrameBytes => MaxPieceBytes + MessageBody.MaxLendBytes + MaxMetadataBytes + TextBytes;

    /// <summary>How much of a message goes into one frame to a peer of these limits; 0 if they cannot work.</summary>
    public static int PieceBytesFor(PeerLimits limits)
    {
        var piece = limits.MaxFrameBytes - (long)limits.MaxMetadataBytes - MessageBody.MaxLendBytes - TextBytes;
        return piece < MinPieceBytes ? 0 : (int)Math.Min(piece, MaxPieceBytes);
    }

    public PeerLimits ToLimits() => new()
    {
        MaxConcurrentCalls = (uint)MaxConcurrentCalls,
        InitialWindowBytes = (uint)StreamWindowBytes,
        MaxMessageBytes = (ulong)MaxReceiveMessageBytes,
        MaxMetadataBytes = (uint)MaxMetadataBytes,
        MaxFrameBytes = (uint)MaxFrameBytes,
    };
}
