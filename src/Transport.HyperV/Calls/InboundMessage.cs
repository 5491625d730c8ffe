using System.Buffers;
using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// A received message that is not deserialized yet: inline pieces in pooled arrays, or bytes in the peer's region.
/// Deserialized at most once; disposing it gives the bytes back.
/// </summary>
/// <remarks>
/// A managed deserializer may read the peer's region in place: it checks every length against the span it was given
/// and reads each byte once, so bytes that change under it make a wrong message, as the peer could send anyway.
/// </remarks>
internal sealed class InboundMessage : DeserializationContext, IDisposable
{
    private readonly Connection _connection;
    private List<(byte[] Array, int Length)>? _pieces;
    private SharedMapping? _mapping;
    private readonly BufferDescriptor _descriptor;
    private List<ulong>? _lends;
    private BorrowTable? _lendsIn;
    private int _length;
    private int _charged; // of the unread bytes that the connection may have
    private int _disposed;

    private InboundMessage(Connection connection, SharedMapping? mapping, BufferDescriptor descriptor)
    {
        _connection = connection;
        _mapping = mapping;
        _descriptor = descriptor;
        _length = (int)descriptor.Length;
        _pieces = mapping is null ? new List<(byte[], int)>(1) : null;
    }

    public override int PayloadLength => _length;

    public static InboundMessage Inline(Connection connection) => new(connection, null, default);

    /// <exception cref="ProtocolViolationException">The descriptor leaves the peer's region, or no memory is shared.</exception>
    public static InboundMessage Shared(Connection connection, BufferDescriptor descriptor)
    {
        var inside = descriptor.Length is >= 0 and <= int.MaxValue
            && descriptor.Offset >= connection.PeerRegionStart
            && descriptor.Length <= connection.PeerRegionLength
            && descriptor.Offset - connection.PeerRegionStart <= connection.PeerRegionLength - descriptor.Length;
        if (!inside || connection.Mapping is not { } mapping || !mapping.TryAddReference())
        {
            throw new ProtocolViolationException(
                $"a message of {descriptor.Length} bytes at {descriptor.Offset} is not inside the peer's region");
        }

        return new InboundMessage(connection, mapping, descriptor);
    }

    /// <summary>Buffers that came with it: they go back with a message that nobody reads.</summary>
    public void AttachLends(List<ulong> leases, BorrowTable table) => (_lends, _lendsIn) = (leases, table);

    /// <summary>Somebody has read it: its buffers are theirs to open and give back.</summary>
    public void MarkRead() => _lends = null;

    /// <summary>Adds an inline piece; where it is too much of what waits unread, adds nothing and returns whose limit it is.</summary>
    public Quota? TryAppend(ReadOnlySpan<byte> piece)
    {
        if (_connection.Limits?.Unread.TryTake(piece.Length) is { } full)
        {
            return full;
        }

        var array = ArrayPool<byte>.Shared.Rent(piece.Length);
        piece.CopyTo(array);
        _pieces!.Add((array, piece.Length));
        _length += piece.Length;
        _charged += piece.Length;
        return null;
    }

    public override byte[] PayloadAsNewBuffer() => PayloadAsReadOnlySequence().ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence()
    {
        if (_mapping is not null)
        {
            return new ReadOnlySequence<byte>(_mapping.GetMemory(_descriptor.Offset, _length));
        }

        if (_pieces!.Count == 1)
        {
            return new ReadOnlySequence<byte>(_pieces[0].Array, 0, _length);
        }

        MessageSegment? first = null, last = null;
        foreach (var (array, length) in _pieces)
        {
            last = new MessageSegment(array.AsMemory(0, length), last);
            first ??= last;
        }

        return first is null ? default : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }

    /// <summary>Copies a shared message out and gives its bytes back. Not beside another use of it.</summary>
    public void Detach()
    {
        if (_mapping is not { } mapping)
        {
            return;
        }

        var array = ArrayPool<byte>.Shared.Rent(_length);
        mapping.GetSpan(_descriptor.Offset, _length).CopyTo(array);
        _pieces = [(array, _length)];
        _mapping = null;
        ReleaseShared(mapping);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (_charged > 0)
        {
            _connection.Limits?.Unread.Return(_charged);
        }

        _lends?.ForEach(lease => _lendsIn!.ReturnUnread(lease));
        if (_mapping is not null)
        {
            ReleaseShared(_mapping);
            return;
        }

        foreach (var (array, _) in _pieces!)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private void ReleaseShared(SharedMapping mapping)
    {
        mapping.Release();
        _connection.SendRelease(0, _descriptor.Lease, 1);
    }
}
