namespace WinApi.Transport.HyperV.Memory;

/// <summary>Bytes that the peer has lent to this side. <see cref="BorrowTable"/> guards its counts.</summary>
internal sealed class BorrowedBuffer
{
    private readonly SharedMapping? _mapping;

    /// <param name="mapping">Null where no memory is shared: the peer then sends the bytes after the descriptor.</param>
    /// <param name="descriptor">Already checked against the peer's region.</param>
    public BorrowedBuffer(SharedMapping? mapping, BufferDescriptor descriptor)
    {
        _mapping = mapping is not null && mapping.TryAddReference() ? mapping : null;
        Descriptor = descriptor;
        Memory = _mapping is null
            ? new byte[(int)descriptor.Length]
            : _mapping.GetMemory(descriptor.Offset, (int)descriptor.Length);
    }

    public BufferDescriptor Descriptor { get; }

    public Memory<byte> Memory { get; }

    public bool IsShared => _mapping is not null;

    /// <summary>How many messages have carried it.</summary>
    public long Lends { get; set; }

    /// <summary>How many <see cref="SharedBuffer"/>s are open on it.</summary>
    public int Opened { get; set; }

    /// <summary>Whether it was opened for writing, so that private bytes must be sent back.</summary>
    public bool Written { get; set; }

    /// <summary>Whether the table has let go of it; the mapping is released with the last open buffer then.</summary>
    public bool Abandoned { get; set; }

    public void ReleaseMapping() => _mapping?.Release();
}
