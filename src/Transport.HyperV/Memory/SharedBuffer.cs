namespace WinApi.Transport.HyperV;

/// <summary>
/// Bytes in memory that both sides of a connection see. One side rents it and puts <see cref="Reference"/> into a
/// message; the other opens that reference and reaches the same bytes without a copy.
/// </summary>
/// <remarks>
/// The bytes are not synchronized: agree by messages who may touch them when. While the peer has the buffer it can
/// change them at any time, so copy out what you decide on before you check it. Dispose is safe on any thread and
/// may be called twice; the rest must not run beside it. A rented buffer that is disposed while a call still has it
/// stays untouched until that call ends.
/// </remarks>
public sealed class SharedBuffer : IDisposable
{
    private readonly Memory<byte> _memory;
    private readonly ulong _lease;
    private readonly long _offset;
    private readonly BufferAccess _access;
    private Action? _onDispose;

    internal SharedBuffer(
        ulong lease, long offset, Memory<byte> memory, bool isShared, BufferAccess access, Action onDispose)
    {
        _lease = lease;
        _offset = offset;
        _memory = memory;
        _access = access;
        _onDispose = onDispose;
        IsShared = isShared;
    }

    /// <summary>The length in bytes.</summary>
    public int Length => _memory.Length;

    /// <summary>
    /// True: both sides see these very bytes. False: there is no shared memory on this connection, and the
    /// transport copies the bytes along with each call that carries the reference.
    /// </summary>
    public bool IsShared { get; }

    internal bool IsDisposed => Volatile.Read(ref _onDispose) is null;

    /// <summary>The bytes, to read and write.</summary>
    /// <exception cref="InvalidOperationException">The buffer was opened with <see cref="BufferAccess.Read"/>.</exception>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public Span<byte> Span => Memory.Span;

    /// <summary>The bytes, to read and write; not to be used once the buffer is disposed.</summary>
    /// <exception cref="InvalidOperationException">The buffer was opened with <see cref="BufferAccess.Read"/>.</exception>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public Memory<byte> Memory
    {
        get
        {
            if (_access != BufferAccess.ReadWrite)
            {
                throw new InvalidOperationException(
                    "this buffer was opened for reading: use ReadOnlySpan, or open it with BufferAccess.ReadWrite");
            }

            return Alive();
        }
    }

    /// <summary>The bytes, to read.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public ReadOnlySpan<byte> ReadOnlySpan => Alive().Span;

    /// <summary>The bytes, to read; not to be used once the buffer is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public ReadOnlyMemory<byte> ReadOnlyMemory => Alive();

    /// <summary>A reference to the whole buffer, for a field of a message. New each time.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public BufferRef Reference => Slice(0, Length);

    /// <summary>A reference to a part of the buffer; <paramref name="start"/> and <paramref name="length"/> in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the buffer.</exception>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public BufferRef Slice(int start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Alive().Length - length);
        return new BufferRef { Lease = _lease, Offset = (ulong)(_offset + start), Length = (ulong)length };
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose() => Interlocked.Exchange(ref _onDispose, null)?.Invoke();

    private Memory<byte> Alive()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return _memory;
    }
}
