using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>What a handshake agreed on, and the reader it went through, which may hold bytes that came after it.</summary>
internal sealed record HandshakeResult(
    FrameReader Reader,
    int Version,
    Guid Session,
    string PeerAgent,
    PeerLimits PeerLimits,
    MappingLayout Layout,
    string Authentication,
    MemoryAgreement Memory,
    bool UsesRings);
