namespace WinApi.Transport.HyperV.Memory;

/// <summary>Pages taken from a <see cref="Memory.Region"/>; keeps the mapping alive until they are returned.</summary>
internal sealed class RegionBlock
{
    private readonly Region _region;
    private readonly SharedMapping? _mapping;

    public RegionBlock(Region region, SharedMapping? mapping, long offset, int length)
    {
        _region = region;
        _mapping = mapping is not null && mapping.TryAddReference() ? mapping : null;
        ObjectDisposedException.ThrowIf(mapping is not null && _mapping is null, region);
        Offset = offset;
        Length = length;
        Memory = _mapping is null ? new byte[length] : _mapping.GetMemory(offset, length);
    }

    /// <summary>From the start of the mapping, in bytes; without a mapping a number of the same meaning.</summary>
    public long Offset { get; }

    public int Length { get; }

    public bool IsShared => _mapping is not null;

    public Memory<byte> Memory { get; }

    /// <summary>Gives the pages back. Once only.</summary>
    public void Return() => _region.Return(this);

    internal void ReleaseMapping() => _mapping?.Release();
}
