namespace WinApi.Transport.HyperV.Memory;

/// <summary>
/// Bytes of this side's region that a renter holds, that the peer has been lent, or both. They return to the
/// region when neither is so. <see cref="LeaseTable"/> guards the counts.
/// </summary>
internal sealed class Lease(ulong id, RegionBlock block, bool rented)
{
    public ulong Id => id;

    public RegionBlock Block => block;

    public BufferDescriptor Descriptor => new(id, block.Offset, block.Length);

    /// <summary>Whether whoever rented it has not disposed it yet.</summary>
    public bool Rented { get; set; } = rented;

    /// <summary>How many messages that carried it the peer has not given back.</summary>
    public long Lent { get; set; }
}
