using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Frames.Rings;

/// <summary>
/// The two rings of a connection as a stream of bytes, with the socket as the doorbell. One reader and one sender at a
/// time. Reading holds the mapping until <see cref="EndReading"/>; sending takes hold of it each time.
/// </summary>
internal sealed class RingStream : ByteStream
{
    private readonly SharedMapping _mapping;
    private readonly SocketStream _socket;
    private readonly RingConsumer _incoming;
    private readonly RingProducer _outgoing;
    private readonly SpinBudget _spin;
    private readonly byte[] _bells = new byte[64];
    private TaskCompletionSource? _room;
    private volatile bool _closed;

    public RingStream(SharedMapping mapping, SocketStream socket, bool isClient, TimeSpan spinTime)
    {
        ObjectDisposedException.ThrowIf(!mapping.TryAddReference(), mapping);
        var doorbell = new Doorbell(socket);
        var (mine, theirs) = isClient
            ? (RingWords.OfClient(mapping), RingWords.OfHost(mapping))
            : (RingWords.OfHost(mapping), RingWords.OfClient(mapping));
        _mapping = mapping;
        _socket = socket;
        _outgoing = new RingProducer(mine, doorbell);
        _incoming = new RingConsumer(theirs, doorbell);
        _spin = new SpinBudget(spinTime);
    }

    /// <summary>The peer has closed its socket; what it wrote before may still be in the ring.</summary>
    public bool PeerHasClosed { get; private set; }

    /// <summary>Copies out what is there; 0 where nothing is. For who holds the reading.</summary>
    public int TryReceive(Span<byte> buffer)
    {
        NoticeRoom();
        return _incoming.Read(buffer);
    }

    /// <summary>Looks for a while whether something comes. For who holds the reading.</summary>
    /// <param name="giveWay">Set where somebody else would rather look.</param>
    public bool Spin(ref int giveWay)
    {
        NoticeRoom();
        return _spin.Spin(_incoming, ref giveWay);
    }

    /// <summary>Says that nobody reads, so that the peer rings; false where there is something to read already.</summary>
    public bool BeginSleep()
    {
        _spin.OnSleep();
        return _incoming.BeginSleep();
    }

    public void EndSleep() => _incoming.EndSleep();

    /// <summary>Waits for the peer to ring, or to close.</summary>
    public async ValueTask WaitForBellAsync()
    {
        PeerHasClosed |= await _socket.ReceiveAsync(_bells, CancellationToken.None).ConfigureAwait(false) == 0;
        _spin.OnWoken();
        Volatile.Read(ref _room)?.TrySetResult();
    }

    /// <summary>Nobody will read any more: senders that wait for room fail, and the mapping is let go.</summary>
    public void EndReading()
    {
        _closed = true;
        Volatile.Read(ref _room)?.TrySetException(new ObjectDisposedException(nameof(RingStream)));
        _mapping.Release();
    }

    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var nobody = 0;
        while (true)
        {
            var received = TryReceive(buffer.Span);
            if (received > 0 || PeerHasClosed)
            {
                return received;
            }

            if (!Spin(ref nobody) && BeginSleep())
            {
                await WaitForBellAsync().ConfigureAwait(false);
                EndSleep();
            }
        }
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var written = Write(bytes.Span);
        return written == bytes.Length ? ValueTask.CompletedTask : SendRestAsync(bytes[written..], cancellationToken);
    }

    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            var written = Write(bytes.Span);
            if (written == 0)
            {
                await WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
            }

            bytes = bytes[written..];
        }
    }

    private async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _room, room);
        if (BeginSleepForRoom())
        {
            if (_closed)
            {
                room.TrySetException(new ObjectDisposedException(nameof(RingStream)));
            }

            await room.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            EndSleepForRoom();
        }

        Volatile.Write(ref _room, null);
    }

    /// <summary>Who reads without waiting on the socket does not hear the bell: it looks.</summary>
    private void NoticeRoom()
    {
        if (Volatile.Read(ref _room) is { } room && _outgoing.HasRoom)
        {
            room.TrySetResult();
        }
    }

    private int Write(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(!_mapping.TryAddReference(), this);
        try
        {
            return _outgoing.Write(bytes);
        }
        finally
        {
            _mapping.Release();
        }
    }

    private bool BeginSleepForRoom()
    {
        ObjectDisposedException.ThrowIf(!_mapping.TryAddReference(), this);
        try
        {
            return _outgoing.BeginSleep();
        }
        finally
        {
            _mapping.Release();
        }
    }

    private void EndSleepForRoom()
    {
        ObjectDisposedException.ThrowIf(!_mapping.TryAddReference(), this);
        _outgoing.EndSleep();
        _mapping.Release();
    }
}
