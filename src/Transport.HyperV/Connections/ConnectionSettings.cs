using Microsoft.Extensions.Logging;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>What one side brings to a connection; from the public options of channel and server.</summary>
internal sealed record ConnectionSettings
{
    /// <summary>The body of the largest inline piece of a message.</summary>
    public const int InlinePieceBytes = 64 * 1024;

    /// <summary>The smallest limits a peer may announce: below, small calls would not fit.</summary>
    public const int MinFrameBytes = 16 * 1024;

    public required SharedMemoryMode SharedMemory { get; init; }

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

    public required TimeSpan HeartbeatInterval { get; init; }

    public required TimeSpan HeartbeatTimeout { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>The largest payload of a frame this side reads: a piece of a message with a full head.</summary>
    public int MaxFrameBytes => InlinePieceBytes + MaxMetadataBytes + 1024;

    public PeerLimits ToLimits() => new()
    {
        MaxConcurrentCalls = (uint)MaxConcurrentCalls,
        InitialWindowBytes = (uint)StreamWindowBytes,
        MaxMessageBytes = (ulong)MaxReceiveMessageBytes,
        MaxMetadataBytes = (uint)MaxMetadataBytes,
        MaxFrameBytes = (uint)MaxFrameBytes,
    };
}
