namespace WinApi.Transport.HyperV;

/// <summary>What two peers agreed on when they connected.</summary>
/// <param name="Endpoint">The endpoint, as a URI.</param>
/// <param name="ProtocolVersion">The version of the wire protocol in use.</param>
/// <param name="PeerAgent">The program at the other end and its version, as it says.</param>
/// <param name="SessionId">Names this connection on both sides, in logs and in the header of the mapping.</param>
/// <param name="Authentication">How the two sides know each other: <c>token PATH</c>, or <c>none</c>.</param>
/// <param name="Memory">
/// How bulk bytes are shared: <c>memfd</c>, <c>wslg</c>, <c>file</c>, or <c>none</c> (they travel inline).
/// </param>
/// <param name="MemoryReason">Why no memory is shared; null where it is.</param>
/// <param name="MemoryAttempts">Each way to share memory that was tried, in order.</param>
/// <param name="UsesRings">Whether frames travel in the shared memory too, and not through the socket.</param>
/// <param name="RequestRegionBytes">The region that the client allocates in, in bytes.</param>
/// <param name="ResponseRegionBytes">The region that the host allocates in, in bytes.</param>
public sealed record ConnectionInfo(
    string Endpoint,
    int ProtocolVersion,
    string PeerAgent,
    Guid SessionId,
    string Authentication,
    string Memory,
    string? MemoryReason,
    IReadOnlyList<MemoryAttempt> MemoryAttempts,
    bool UsesRings,
    long RequestRegionBytes,
    long ResponseRegionBytes);
