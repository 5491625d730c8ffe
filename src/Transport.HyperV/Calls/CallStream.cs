using System.Buffers.Binary;
using System.Diagnostics;
using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// What both ends of a call do alike to receive: put messages together from frames, and keep the peer to its window.
/// </summary>
internal abstract class CallStream : ConnectionStream, IThreadPoolWorkItem
{
    private InboundMessage? _assembling;
    private ReceiveWindow? _receiveWindow;
    private volatile bool _ignoresMessages;

    /// <summary>Null where this end sends one message: there is always credit for the first.</summary>
    private protected SendWindow? SendWindow { get; private set; }

    private protected abstract Connection Peer { get; }

    /// <summary>Whether the next message takes something along that came ahead of it, and so is not read at once.</summary>
    private protected virtual bool KeepsNextMessage => false;

    /// <summary>What the application has not read; null where one message comes.</summary>
    private protected virtual MessageQueue? Messages => null;

    /// <summary>How soon what waits for calls of this method goes on; null before that is known.</summary>
    private protected abstract WorkPace? Pace { get; }

    /// <summary>Whether what comes of messages is dropped: nobody will read them.</summary>
    private protected bool IgnoresMessages => _ignoresMessages;

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
            case BorrowOutcome.MoreThanPages:
                throw new ProtocolViolationException("more buffers are lent than the peer's region has pages");
            case BorrowOutcome.Exhausted:
                Refuse($"the buffers of this call are over the limit of {Peer.PeerRegionLength} bytes that a connection "
                    + "without shared memory may have lent at once (SharedMemoryBytes)");
                break;
            case BorrowOutcome.TooMany:
                Refuse(Peer.Limits!.Buffers.ProblemNow);
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

        Quota? full = null;
        var message = body.IsShared ? OpenShared(body.Descriptor) : Assemble(body.Content, out full);
        if (full is not null)
        {
            message.Dispose();
            Refuse(full.Problem);
        }
        else if (message.PayloadLength > limit)
        {
            message.Dispose();
            Refuse($"a message is over this side's limit of {limit} bytes (MaxReceiveMessageBytes)");
        }
        else if (more)
        {
            Interlocked.Exchange(ref _assembling, message);
            if (_ignoresMessages)
            {
                IgnoreMessages(); // the call ended meanwhile, and what counts as unread must not count for ever
            }
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

    /// <param name="piece">Of the message.</param>
    /// <param name="full">Not null: the piece was too much for this limit, and is not in the message.</param>
    private InboundMessage Assemble(ReadOnlySpan<byte> piece, out Quota? full)
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

        full = message.TryAppend(piece);
        return message;
    }

    /// <summary>This end can't take what came; the call is over.</summary>
    private protected void Refuse(string why)
    {
        IgnoreMessages();
        OnRefused(new Status(StatusCode.ResourceExhausted, why));
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
