using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// What both ends of a call do alike to send: take messages apart into frames, lend the buffers they name, and keep to the
/// window.
/// </summary>
internal abstract class DuplexCallStream : CallStream
{
    /// <summary>Fires when nobody waits for the call any more. Made when it is first asked for.</summary>
    private protected abstract CancellationToken GivenUp { get; }

    /// <summary>
    /// Turns a message into frames of this stream, the first of the given type, waiting for region, credit and room
    /// as need be; false if the call was over before all of it was written.
    /// </summary>
    /// <exception cref="RpcException">The message is over a limit, or names a buffer that was not rented here.</exception>
    /// <exception cref="OperationCanceledException">The call ended while waiting.</exception>
    private protected ValueTask<bool> SendMessageAsync<T>(
        T message, Action<T, SerializationContext> serializer, OutboundFrame frame,
        CancellationToken cancellationToken = default)
    {
        var outbound = OutboundMessage.For(Peer);
        try
        {
            serializer(message, outbound);
        }
        catch
        {
            outbound.Dispose();
            throw;
        }

        var waits = outbound.WaitsForRegion || SendWindow is { HasCredit: false } || !Peer.Writer.HasRoom;
        if (waits || outbound.Block is not null || outbound.Length > Peer.PieceBytes || BufferReferences.MayBeIn(message))
        {
            return SendAsync(message, outbound, frame, waits, cancellationToken);
        }

        SendWindow?.Take(outbound.Length);
        var written = WriteFrame(frame, FrameFlags.Message, default, outbound.Inline.Span);
        outbound.Dispose();
        return new ValueTask<bool>(written);
    }

    /// <summary>Writes a frame of this stream, unless the call is over; then returns false.</summary>
    private protected abstract bool WriteFrame(
        OutboundFrame frame, FrameFlags flags, ReadOnlySpan<byte> bodyStart, ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> head = default);

    /// <summary>
    /// Sends the bytes of a lease piece by piece, where no memory is shared: with <see cref="FrameFlags.Lends"/> of one
    /// this side lends, without of one it was lent and has changed. False if the call is over.
    /// </summary>
    private protected async ValueTask<bool> SendBufferAsync(FrameFlags flags, ulong lease, ReadOnlyMemory<byte> bytes)
    {
        var head = new byte[BufferHead.Size];
        for (var start = 0; start < bytes.Length; start += Peer.PieceBytes)
        {
            await WaitForRoomAsync().ConfigureAwait(false);
            new BufferHead(lease, (ulong)start).Write(head);
            var piece = bytes.Slice(start, Math.Min(Peer.PieceBytes, bytes.Length - start));
            if (!WriteFrame(new OutboundFrame(FrameType.Buffer), flags, default, piece.Span, head))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A message that is about to be written lends this lease.</summary>
    private protected abstract void OnLent(ulong lease);

    /// <summary>The message was not written after all: the lease is back, unless it came back by other ways.</summary>
    private protected abstract void OnLendFailed(ulong lease);

    private BufferDescriptor[] LendReferences<T>(T message)
    {
        if (!BufferReferences.MayBeIn(message) || BufferReferences.Find(message) is not { } references)
        {
            return [];
        }

        if (references.Count > MessageBody.MaxLends)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument,
                $"a message names {references.Count} buffers and may name {MessageBody.MaxLends}"));
        }

        var lends = new BufferDescriptor[references.Count];
        for (var i = 0; i < lends.Length; i++)
        {
            if (!Peer.Leases.TryLend(references[i], out var lease, out var problem))
            {
                foreach (var lent in lends.AsSpan(0, i))
                {
                    Peer.Leases.TryTakeBack(lent.Lease, 1);
                }

                throw new RpcException(new Status(StatusCode.InvalidArgument,
                    $"the buffer with lease {references[i].Lease} ({references[i].Length} bytes at {references[i].Offset}) "
                    + $"cannot be lent: {problem}"));
            }

            lends[i] = lease.Descriptor;
        }

        foreach (var lend in lends)
        {
            OnLent(lend.Lease);
        }

        return lends;
    }

    /// <summary>Without shared memory: announces the buffers and sends their bytes; false if the call is over.</summary>
    private async ValueTask<bool> SendBuffersAheadAsync(BufferDescriptor[] lends, OutboundFrame frame)
    {
        if (!WriteLending(frame.Piece(), FrameFlags.None, lends, null, default))
        {
            return false;
        }

        foreach (var lend in lends.DistinctBy(lend => lend.Lease))
        {
            if (Peer.Leases.TryGetLent(lend.Lease, out var bytes)
                && !await SendBufferAsync(FrameFlags.Lends, lend.Lease, bytes).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private async ValueTask<bool> SendAsync<T>(
        T message, OutboundMessage outbound, OutboundFrame frame, bool waits, CancellationToken cancellationToken)
    {
        using var disposed = outbound;
        if (waits)
        {
            await WaitToSendAsync(outbound, cancellationToken).ConfigureAwait(false);
        }

        var lends = LendReferences(message);
        if (lends.Length > 0 && Peer.Mapping is null)
        {
            if (!await SendBuffersAheadAsync(lends, frame).ConfigureAwait(false))
            {
                return false;
            }

            (frame, lends) = (frame.AfterPiece(), []);
        }

        SendWindow?.Take(outbound.Length);
        if (outbound.Block is null)
        {
            return await SendInlineAsync(outbound.Inline, lends, frame).ConfigureAwait(false);
        }

        var shared = outbound.Lend() with { Length = outbound.Length };
        if (WriteLending(frame, FrameFlags.Message | FrameFlags.Shared, lends, shared, default))
        {
            return true;
        }

        Peer.Leases.TryTakeBack(shared.Lease, 1);
        return false;
    }

    private async ValueTask WaitToSendAsync(OutboundMessage outbound, CancellationToken cancellationToken)
    {
        if (SendWindow is not null)
        {
            await SendWindow.WaitAsync(cancellationToken).ConfigureAwait(false); // the end of the call ends it
        }

        if (!outbound.WaitsForRegion && Peer.Writer.HasRoom)
        {
            return;
        }

        using var either = cancellationToken.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, GivenUp) : null;
        var token = either?.Token ?? GivenUp;
        await outbound.MoveIntoRegionAsync(token).ConfigureAwait(false);
        await Peer.Writer.WaitForRoomAsync(token).ConfigureAwait(false);
    }

    private ValueTask WaitForRoomAsync() =>
        Peer.Writer.HasRoom ? ValueTask.CompletedTask : Peer.Writer.WaitForRoomAsync(GivenUp);

    private async ValueTask<bool> SendInlineAsync(ReadOnlyMemory<byte> rest, BufferDescriptor[] lends, OutboundFrame frame)
    {
        while (rest.Length > Peer.PieceBytes)
        {
            var piece = rest[..Peer.PieceBytes];
            if (!WriteLending(frame.Piece(), FrameFlags.Message | FrameFlags.More, lends, null, piece.Span))
            {
                return false;
            }

            rest = rest[piece.Length..];
            lends = [];
            frame = frame.AfterPiece();
            await WaitForRoomAsync().ConfigureAwait(false);
        }

        return WriteLending(frame, FrameFlags.Message, lends, null, rest.Span);
    }

    private bool WriteLending(
        OutboundFrame frame, FrameFlags flags, BufferDescriptor[] lends, BufferDescriptor? shared, ReadOnlySpan<byte> body)
    {
        var bodyStart = MessageBody.Compose(lends, shared);
        if (WriteFrame(frame, lends.Length > 0 ? flags | FrameFlags.Lends : flags, bodyStart, body))
        {
            return true;
        }

        foreach (var lend in lends)
        {
            OnLendFailed(lend.Lease);
        }

        return false;
    }
}
