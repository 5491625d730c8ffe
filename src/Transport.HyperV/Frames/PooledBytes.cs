using System.Buffers;

namespace WinApi.Transport.HyperV.Frames;

/// <summary>A growing run of bytes in a pooled array. Not safe for use by many threads.</summary>
internal sealed class PooledBytes(int initialBytes) : IBufferWriter<byte>, IDisposable
{
    private byte[] _array = ArrayPool<byte>.Shared.Rent(initialBytes);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, Length);

    public ReadOnlySpan<byte> WrittenSpan => _array.AsSpan(0, Length);

    /// <summary>Room for so many bytes at the end, counted as written.</summary>
    public Span<byte> Append(int count)
    {
        EnsureRoom(count);
        var room = _array.AsSpan(Length, count);
        Length += count;
        return room;
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(Math.Max(1, sizeHint));
        return _array.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(Math.Max(1, sizeHint));
        return _array.AsSpan(Length);
    }

    /// <summary>Empties it, and lets go of an array larger than <paramref name="keepBytes"/>.</summary>
    public void Clear(int keepBytes)
    {
        Length = 0;
        if (_array.Length > keepBytes)
        {
            ArrayPool<byte>.Shared.Return(_array);
            _array = ArrayPool<byte>.Shared.Rent(initialBytes);
        }
    }

    public void Dispose()
    {
        var array = Interlocked.Exchange(ref _array, []);
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }

        Length = 0;
    }

    private void EnsureRoom(int count)
    {
        if (_array.Length - Length >= count)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Length + count), _array.Length * 2));
        WrittenSpan.CopyTo(larger);
        if (_array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }

        _array = larger;
    }
}
