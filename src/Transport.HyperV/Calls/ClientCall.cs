using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Diagnostics;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// The caller's end of a call, of any kind: opens it on a connection, again where the host never took it up, and takes its
/// frames. A stream whose call ended early stays until the host's trailers come, because until then the host may still use
/// what it was lent.
/// </summary>
internal abstract class ClientCall : ClientCallOutcome, IDisposable
{
    // A host that takes connections and no calls would have a call start over for ever.
    private const int MostRestarts = 5;

    private readonly Connector _connector;
    private CallBuffers? _buffers;
    private ClientConnection? _connection;
    private ClientMethod? _method;
    private bool _starting = true;
    private bool _opened;
    private bool _closed;
    private bool _trailersCame;
    private bool _answered;
    private int _restarts;

    private protected ClientCall(Connector connector, CallOptions options)
        : base(options) => _connector = connector;

    private protected override WorkPace? Pace => _method?.Pace;

    private protected Connector Connector => _connector;

    private protected override Connection Peer => _connection!;

    private protected override bool KeepsNextMessage => _buffers is { AnyBorrowed: true };

    private protected abstract string MethodName { get; }

    /// <summary>The buffers of the call, once it has any.</summary>
    private CallBuffers Buffers
    {
        get
        {
            lock (this)
            {
                return _buffers ??= new CallBuffers(_connection!);
            }
        }
    }

    public void Cancel() => EndEarly(new Status(StatusCode.Cancelled, "Call canceled by the client."));

    public void OnDeadline() => EndEarly(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded"));

    /// <summary>Gives the call up, if it still runs, and drops what was not read of it.</summary>
    public void Dispose()
    {
        EndEarly(new Status(StatusCode.Cancelled, "gRPC call disposed."));
        DropReplies();
    }

    public override void OnFrame(FrameReader frame)
    {
        _answered = true;
        var type = frame.Header.Type;
        var endsLingering = type == FrameType.Release && (frame.Header.Flags & FrameFlags.EndOfStream) != 0;
        if (_trailersCame ? type is not (FrameType.Release or FrameType.Window) : endsLingering)
        {
            throw new ProtocolViolationException(_trailersCame
                ? $"frame type {(int)type} came after the trailers of stream {StreamId}"
                : $"the end of lingering came before the trailers of stream {StreamId}");
        }

        base.OnFrame(frame);
    }

    public override void OnDisconnected(Disconnection disconnection)
    {
        if (disconnection.Unprocessed && TryReset(out var stillStarting))
        {
            if (!stillStarting)
            {
                _ = OpenAsync();
            }

            return;
        }

        CloseStream(returnLeases: false); // the connection takes everything back itself
        var status = new Status(StatusCode.Unavailable, $"the connection ended: {disconnection.Message}");
        Finish(status, null, early: disconnection.Reason == DisconnectReason.LocalShutdown);
    }

    /// <summary>
    /// From now on deadline and token end the call; finds a connection and opens the stream there. Never throws. Once.
    /// </summary>
    public Task StartAsync()
    {
        if (TransportTelemetry.ObservesClient)
        {
            Observe(CallTelemetry.StartClient(MethodName, _connector.Endpoint.ToString()));
        }

        Conditions?.Watch(this);
        return OpenAsync();
    }

    /// <summary>Finds a connection and opens the stream, then has the first frame sent. Never throws.</summary>
    private async Task OpenAsync()
    {
        try
        {
            if (Conditions is { Credentials: { } credentials })
            {
                Conditions.RequestHeaders = await CallCredentialsMetadata.AddAsync(
                    credentials, Conditions.Headers, _connector.Endpoint.ToString(), MethodName, GivenUp).ConfigureAwait(false);
            }

            while (!HasEnded)
            {
                if (await TryOpenAsync().ConfigureAwait(false))
                {
                    return;
                }

                if (++_restarts > MostRestarts)
                {
                    EndEarly(new Status(StatusCode.Unavailable,
                        $"the host stopped taking calls on {_restarts} connections before it took this one up"));
                }
            }
        }
        catch (OperationCanceledException) when (HasEnded)
        {
        }
        catch (Exception e)
        {
            EndEarly(SendFailure(e));
        }
    }

    /// <summary>Sends what opens the call.</summary>
    private protected abstract ValueTask SendFirstFrameAsync();

    /// <summary>Prepares for a connection: the call is about to be opened there.</summary>
    private protected abstract void Attach(ClientConnection connection);

    /// <summary>False where the connection stopped taking calls meanwhile: the next attempt gets another.</summary>
    private async Task<bool> TryOpenAsync()
    {
        var connection = _connector.Current is { AcceptsCalls: true } current
            ? current : await _connector.GetAsync(Conditions is { WaitsForReady: true }, GivenUp).ConfigureAwait(false);
        if (!connection.TryTakeSlot())
        {
            await connection.WaitForSlotAsync(GivenUp).ConfigureAwait(false);
        }

        try
        {
            if (!connection.AcceptsCalls)
            {
                return false; // it ended while a slot was waited for
            }

            _connection = connection;
            Attach(connection);
            ClientCallHead.CheckMetadata(Conditions, connection.Agreed.PeerLimits);
            _method = connection.MethodOf(MethodName);
            await SendFirstFrameAsync().ConfigureAwait(false);
            return HasStarted();
        }
        finally
        {
            if (StreamId == 0)
            {
                connection.ReturnSlot();
            }
        }
    }

    private bool HasStarted()
    {
        lock (this)
        {
            _starting = StreamId == 0;
            return !_starting;
        }
    }

    /// <summary>What a caller is told when its message could not be sent.</summary>
    private protected static Status SendFailure(Exception failure) => failure switch
    {
        RpcException rpc => rpc.Status,
        ObjectDisposedException => new Status(StatusCode.Unavailable, "the connection ended while a message was being sent"),
        _ => new Status(StatusCode.Internal, $"a message could not be sent: {failure.Message}", failure),
    };

    private protected override void OnCallFrame(FrameReader frame)
    {
        switch (frame.Header.Type)
        {
            case FrameType.Headers:
                NoteHeaders(MetadataCodec.Read(frame.Head, Peer.Settings.MaxMetadataBytes));
                break;
            case FrameType.Trailers:
                OnTrailers(frame);
                break;
            case FrameType.Buffer:
                Buffers.CopyPiece(frame);
                break;
            case FrameType.Release when (frame.Header.Flags & FrameFlags.EndOfStream) != 0:
                CloseStream(returnLeases: true);
                break;
            case FrameType.Release:
                Connection.ReadReleases(frame.Body, TakeBack);
                break;
            default:
                throw new ProtocolViolationException($"frame type {(int)frame.Header.Type} is not one for a call");
        }
    }

    private protected override BorrowOutcome OnLend(BufferDescriptor descriptor)
    {
        if (!IgnoresMessages)
        {
            return Buffers.Borrow(descriptor);
        }

        Peer.SendRelease(0, descriptor.Lease, 1);
        return BorrowOutcome.TooLate;
    }

    /// <summary>A message is complete: what was lent before it came with it.</summary>
    private protected void AttachLends(InboundMessage message) => _buffers?.GiveTo(message);

    private protected override void OnRefused(Status status) => EndEarly(status);

    private protected override void OnEndOfStream() =>
        throw new ProtocolViolationException("a host ends its messages with trailers alone");

    private protected override bool WriteFrame(
        OutboundFrame frame, FrameFlags flags, ReadOnlySpan<byte> bodyStart, ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> head = default)
    {
        var opens = frame.Type == FrameType.Call;
        using var callHead = opens ? ClientCallHead.Write(_method!.IsDefined ? null : MethodName, Conditions) : null;
        if (callHead is not null)
        {
            head = callHead.WrittenSpan;
        }

        flags |= opens && !_method!.IsDefined ? FrameFlags.DefinesMethod : FrameFlags.None;
        flags |= frame.EndOfStream ? FrameFlags.EndOfStream : FrameFlags.None;
        lock (this)
        {
            if (HasEnded || _closed || (StreamId == 0) != opens)
            {
                return false; // over, or to be started again elsewhere
            }

            // Under the lock, so that a cancel never goes ahead of its call.
            if (!opens)
            {
                _connection!.Writer.Append(frame.Type, flags, 0, StreamId, head, bodyStart, body);
            }
            else if (!_connection!.TryOpenStream(this, flags, _method!.Number, head, bodyStart, body))
            {
                return false;
            }

            _opened = true;
        }

        _connection.Writer.Flush();
        if ((flags & FrameFlags.DefinesMethod) != 0)
        {
            _method!.IsDefined = true;
        }

        return true;
    }

    private protected override void OnLent(ulong lease)
    {
        var buffers = Buffers;
        buffers.Lend(lease);
        if (Volatile.Read(ref _closed))
        {
            buffers.Close(returnLeases: true);
        }
    }

    private protected override void OnLendFailed(ulong lease) => Buffers.TryTakeBack(lease, 1);

    /// <summary>Nobody will read replies that came and were not read.</summary>
    private protected abstract void DropReplies();

    /// <summary>Whether the first frame can be sent again, on another connection.</summary>
    private protected abstract bool CanRestart { get; }

    /// <summary>The outcome is known. Called once, on any thread, outside every lock.</summary>
    private protected abstract void OnFinished(bool early);

    private protected override void RunSoon()
    {
        if (_connection is { } connection)
        {
            connection.RunSoon(this, this, Pace);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Ends the call from this side; the host is told if it knows of the call.</summary>
    private protected void EndEarly(Status status)
    {
        if (!Finish(status, null, early: true))
        {
            return;
        }

        bool tell;
        lock (this)
        {
            tell = _opened && !_closed;
        }

        if (tell)
        {
            _connection!.Writer.Write(FrameType.Cancel, FrameFlags.None, 0, StreamId);
        }
    }

    private bool Finish(Status status, Metadata? trailers, bool early = false)
    {
        if (!TrySettle(status, trailers))
        {
            return false;
        }

        if (SendWindow is not null && SendWindow.Close())
        {
            RunSoon();
        }

        OnFinished(early);
        return true;
    }

    private void OnTrailers(FrameReader frame)
    {
        if ((frame.Header.Flags & FrameFlags.More) != 0)
        {
            throw new ProtocolViolationException("trailers hold a message that goes on after them");
        }

        _trailersCame = true;
        var head = TrailersHead.Read(frame.Head, Peer.Settings.MaxMetadataBytes);
        OnBody(frame);
        if ((frame.Header.Flags & FrameFlags.Lingers) == 0)
        {
            CloseStream(returnLeases: true);
        }

        var code = frame.Header.Code <= (ushort)StatusCode.Unauthenticated ? (StatusCode)frame.Header.Code : StatusCode.Unknown;
        Finish(new Status(code, head.Message), head.Trailers);
    }

    /// <summary>The host is done with the call, and with what it was lent.</summary>
    private void CloseStream(bool returnLeases)
    {
        CallBuffers? buffers;
        lock (this)
        {
            _closed = true;
            buffers = _buffers;
        }

        IgnoreMessages();
        buffers?.Close(returnLeases);
        _connection?.CloseStream(this);
    }

    private void TakeBack(ulong lease, uint count)
    {
        if (!Buffers.TryTakeBack(lease, count))
        {
            throw new ProtocolViolationException($"lease {lease} was released {count} times more than it was lent");
        }
    }

    /// <summary>
    /// Forgets a stream that the host never took up; false where what it lent ties the call to it, or the host has answered,
    /// which it does not without taking the call up, whatever it says.
    /// </summary>
    private bool TryReset(out bool stillStarting)
    {
        lock (this)
        {
            stillStarting = _starting;
            if (HasEnded || _buffers is { AnyLent: true } || !CanRestart || _answered || _restarts >= MostRestarts)
            {
                return false;
            }

            _restarts += stillStarting ? 0 : 1; // who still starts it counts
            _starting = true;
            _opened = false;
            _buffers = null;
            StreamId = 0;
            return true;
        }
    }
}
