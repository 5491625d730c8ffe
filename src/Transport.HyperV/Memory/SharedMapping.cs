using System.Buffers;

namespace WinApi.Transport.HyperV.Memory;

/// <summary>
/// The memory both processes of a connection see. It stays mapped until the connection and every
/// <see cref="SharedBuffer"/> on it have let go, so that no span of theirs ever points into a hole. There is no
/// finalizer for the same reason: a buffer that is never disposed keeps it mapped.
/// </summary>
internal sealed unsafe class SharedMapping : MemoryManager<byte>
{
    private readonly Action _unmap;
    private readonly Action? _leave;
    private byte* _start;
    private int _references = 1;

    /// <param name="start">Where it is mapped.</param>
    /// <param name="length">In bytes.</param>
    /// <param name="unmap">Called once, when nobody uses it any more.</param>
    /// <param name="leave">Called at the end of the connection, where somebody else may get the memory afterwards.</param>
    public SharedMapping(byte* start, long length, Action unmap, Action? leave = null)
    {
        _start = start;
        _unmap = unmap;
        _leave = leave;
        Length = length;
    }

    public long Length { get; }

    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        return new(_start, checked((int)Length));
    }

    public Span<byte> GetSpan(long offset, int length)
    {
        if (offset < 0 || length < 0 || offset > Length - length)
        {
            throw new ArgumentOutOfRangeException(nameof(offset));
        }

        ObjectDisposedException.ThrowIf(_start is null, this);
        return new Span<byte>(_start + offset, length);
    }

    public Memory<byte> GetMemory(long offset, int length) => CreateMemory(checked((int)offset), length);

    /// <summary>Keeps the memory mapped until <see cref="Release"/>; false when it is gone already.</summary>
    public bool TryAddReference()
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref _references);
            if (seen == 0)
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _references, seen + 1, seen) != seen);
        return true;
    }

    /// <summary>The connection has ended: lets go of it, and of the peer's bytes.</summary>
    public void Leave()
    {
        if (Volatile.Read(ref _references) > 1)
        {
            _leave?.Invoke();
        }

        Release();
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _unmap();
            _start = null;
        }
    }

    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex, pinnable: this);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
