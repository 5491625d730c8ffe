using System.Buffers.Binary;
using System.Diagnostics;
using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// What both ends of a call do alike: put messages together from frames, take them apart into frames, lend the
/// buffers they name, and keep to the windows.
/// </summary>
internal abstract class CallStream : ConnectionStream, IThreadPoolWorkItem
{
    private InboundMessage? _assembling;
    private ReceiveWindow? _receiveWindow;
    private volatile bool _ignoresMessages;

    /// <summary>Null where this end sends one message: there is always credit for the first.</summary>
    private protected SendWindow? SendWindow { get; private set; }

    private protected abstract Connection Peer { get; }

    /// <summary>Fires when nobody waits for the call any more. Made when it is first asked for.</summary>
    private protected abstract CancellationToken GivenUp { get; }

    /// <summary>Whether the next message takes something along that came ahead of it, and so is not read at once.</summary>
    private protected virtual bool KeepsNextMessage => false;

    /// <summary>What the application has not read; null where one message comes.</summary>
    private protected virtual MessageQueue? Messages => null;

    /// <summary>How soon what waits for calls of this method goes on; null before that is known.</summary>
    private protected abstract WorkPace? Pace { get; }

    /// <summary>Whoever waits for a message or the end goes on.</summary>
    private protected abstract void GoOn();

    /// <summary>Has <see cref="Execute"/> run.</summary>
    private protected abstract void RunSoon();

    /// <summary>Prepares the windows; before the first frame.</summary>
    private protected void Attach(Connection connection, bool sendsStream, bool receivesStream)
    {
        SendWindow = sendsStream ? new SendWindow(connection.Agreed.PeerLimits.InitialWindowBytes) : null;
        _receiveWindow = receivesStream ? new ReceiveWindow(connection.Settings.StreamWindowBytes) : null;
    }

    /// <summary>Whoever waits for a message, for credit or for the end of the call goes on; as far as it comes at once.</summary>
    public void Execute()
    {
        var started = Stopwatch.GetTimestamp();
        var messages = CountMessages();
        GoOn();
        SendWindow?.Wake();
        Pace?.Note(started, CountMessages() - messages);
    }

    public override void OnFrame(FrameReader frame)
    {
        switch (frame.Header.Type)
        {
            case FrameType.Message:
                OnBody(frame);
                break;
            case FrameType.Window when frame.Body.Length == sizeof(uint):
                Grant(BinaryPrimitives.ReadUInt32LittleEndian(frame.Body));
                break;
            case FrameType.Window:
                throw new ProtocolViolationException("a window frame does not hold a number");
            default:
                OnCallFrame(frame);
                break;
        }
    }

    /// <summary>A frame that is no message: derived calls know theirs.</summary>
    private protected abstract void OnCallFrame(FrameReader frame);

    /// <summary>A message is complete. Ownership passes.</summary>
    private protected abstract void OnMessage(InboundMessage message);

    /// <summary>A message came whole in one frame: it is read now, or never.</summary>
    private protected abstract void OnMessage(FramePayload message);

    /// <summary>The peer will send no more messages.</summary>
    private protected abstract void OnEndOfStream();

    /// <summary>The peer lends a buffer with a message that follows.</summary>
    private protected abstract BorrowOutcome OnLend(BufferDescriptor descriptor);

    /// <summary>This end can't take the message; the call is over, with this status.</summary>
    private protected abstract void OnRefused(Status status);

    /// <summary>Reads what a frame carries of messages: lends, a message or a piece of one, the end of the stream.</summary>
    private protected void OnBody(FrameReader frame)
    {
        var flags = frame.Header.Flags;
        var body = MessageBody.Read(flags, frame.Body);
        for (var i = 0; i < body.LendCount; i++)
        {
            Borrow(body.Lend(i));
        }

        if ((flags & FrameFlags.Message) != 0)
        {
            OnMessagePiece(frame, body, (flags & FrameFlags.More) != 0);
        }

        if ((flags & FrameFlags.EndOfStream) != 0)
        {
            OnEndOfStream();
        }
    }

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

    /// <summary>The application is done with a message: its bytes go back, and with them its credit.</summary>
    private protected void Consume(InboundMessage message)
    {
        message.Dispose();
        Consume(message.PayloadLength);
    }

    /// <summary>The application is done with so many bytes of messages: their credit goes back.</summary>
    private protected void Consume(int bytes) => GrantCredit(_receiveWindow!.OnConsumed(bytes));

    /// <summary>Messages are taken (again).</summary>
    private protected void TakeMessages() => _ignoresMessages = false;

    /// <summary>Drops what is half put together, and what still comes: nobody will read it.</summary>
    private protected void IgnoreMessages()
    {
        _ignoresMessages = true;
        Interlocked.Exchange(ref _assembling, null)?.Dispose();
    }

    /// <summary>A call that sends one message has use for no grant, but holds the peer to what a window can be.</summary>
    private void Grant(uint bytes)
    {
        if (SendWindow is not null)
        {
            if (SendWindow.Grant(bytes))
            {
                RunSoon();
            }
        }
        else
        {
            SendWindow.Check(Peer.Agreed.PeerLimits.InitialWindowBytes + (long)bytes);
        }
    }

    /// <summary>Those the application has read and written of streams.</summary>
    private int CountMessages() => (Messages?.Taken ?? 0) + (SendWindow?.Started ?? 0);

    private void Borrow(BufferDescriptor descriptor)
    {
        switch (OnLend(descriptor))
        {
            case BorrowOutcome.Invalid:
                throw new ProtocolViolationException(
                    $"a buffer of {descriptor.Length} bytes at {descriptor.Offset} is not inside the peer's region");
            case BorrowOutcome.Exhausted:
                Refuse($"the buffers of this call are over the limit of {Peer.PeerRegionLength} bytes that a connection "
                    + "without shared memory may have lent at once (SharedMemoryBytes)");
                break;
        }
    }

    private void OnMessagePiece(FrameReader frame, MessageBody body, bool more)
    {
        if (_ignoresMessages)
        {
            ReturnUnread(body);
            return;
        }

        if (body.IsShared && _assembling is not null)
        {
            throw new ProtocolViolationException("a message began inside another");
        }

        var limit = Peer.Settings.MaxReceiveMessageBytes;
        if (!body.IsShared && !more && _assembling is null && body.Content.Length <= limit && !KeepsNextMessage)
        {
            _receiveWindow?.OnMessage(body.Content.Length);
            OnMessage(FramePayload.Of(frame.LastOfBody(body.Content.Length)));
            return;
        }

        var message = body.IsShared ? OpenShared(body.Descriptor) : Assemble(body.Content);
        if (message.PayloadLength > limit)
        {
            message.Dispose();
            Refuse($"a message is over this side's limit of {limit} bytes (MaxReceiveMessageBytes)");
        }
        else if (more)
        {
            _assembling = message;
        }
        else
        {
            OnMessage(message);
        }
    }

    private void ReturnUnread(MessageBody body)
    {
        if (body.IsShared)
        {
            Peer.SendRelease(0, body.Descriptor.Lease, 1);
        }
    }

    private InboundMessage OpenShared(BufferDescriptor descriptor)
    {
        var message = InboundMessage.Shared(Peer, descriptor);
        _receiveWindow?.OnMessage(descriptor.Length);
        return message;
    }

    private InboundMessage Assemble(ReadOnlySpan<byte> piece)
    {
        var message = Interlocked.Exchange(ref _assembling, null);
        if (message is null)
        {
            _receiveWindow?.OnMessage(piece.Length);
            message = InboundMessage.Inline(Peer);
        }
        else
        {
            _receiveWindow?.OnPiece(piece.Length);
        }

        message.Append(piece);
        return message;
    }

    private void Refuse(string why)
    {
        IgnoreMessages();
        OnRefused(new Status(StatusCode.ResourceExhausted, why));
    }

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

    private void GrantCredit(uint bytes)
    {
        if (bytes > 0)
        {
            Span<byte> body = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(body, bytes);
            Peer.Writer.WriteSoon(FrameType.Window, StreamId, body);
        }
    }
}
