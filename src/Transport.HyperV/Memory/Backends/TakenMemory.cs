namespace WinApi.Transport.HyperV.Memory.Backends;

/// <summary>What a host has mapped of a client's offer.</summary>
/// <param name="Mapping">The memory.</param>
/// <param name="Offset">Where it starts in what the client maps, in bytes.</param>
internal sealed record TakenMemory(SharedMapping Mapping, long Offset);
