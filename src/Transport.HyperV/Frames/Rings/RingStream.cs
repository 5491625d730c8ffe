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

    public override bool PeerHasClosed => _socket.PeerHasClosed;

    public override bool SendsWithoutSystemCall => true;

    /// <inheritdoc/>
    public override int TryReceive(Span<byte> buffer)
    {
        NoticeRoom();
        return _incoming.Read(buffer);
    }

    /// <inheritdoc/>
    public override bool Spin(ref int giveWay)
    {
        NoticeRoom();
        return _spin.Spin(_incoming, ref giveWay);
    }

    /// <summary>Says that nobody reads, so that the peer rings.</summary>
    public override bool BeginSleep() => _incoming.BeginSleep();

    /// <summary>Also hears the bells that rang: only who may read does, so that no sleeper misses its own.</summary>
    public override void EndSleep(bool signalled)
    {
        _incoming.EndSleep();
        if (signalled)
        {
            _socket.EndSleep(signalled);
            while (_socket.TryReceive(_bells) > 0)
            {
            }

            Volatile.Read(ref _room)?.TrySetResult();
        }
    }

    /// <inheritdoc/>
    public override bool WaitForSignal(int milliseconds) => _socket.WaitForSignal(milliseconds);

    /// <summary>Senders that wait for room fail, and the mapping is let go.</summary>
    public override void EndReading()
    {
        _closed = true;
        Volatile.Read(ref _room)?.TrySetException(new ObjectDisposedException(nameof(RingStream)));
        _mapping.Release();
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
