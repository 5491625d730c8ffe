using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// The caller's end of a call, of any kind. It has one outcome, whichever comes first: the host's trailers, the
/// deadline, a cancel, the loss of the connection. A stream whose call ended early stays until the host's trailers
/// come, because until then the host may still use what it was lent.
/// </summary>
internal abstract class ClientCall : CallStream, IThreadPoolWorkItem, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Connector _connector;
    private readonly Metadata? _headers;
    private readonly CallCredentials? _credentials;
    private readonly bool _waitsForReady;
    private CallLifetime? _lifetime;
    private LentToCall? _lent;
    private List<ulong>? _newLends;
    private ClientConnection? _connection;
    private ClientMethod? _method;
    private Metadata? _requestHeaders;
    private TaskCompletionSource<Metadata>? _responseHeaders;
    private Status _status;
    private Metadata? _trailers;
    private volatile bool _hasEnded;
    private bool _headersCame;
    private bool _starting = true;
    private bool _opened;
    private bool _closed;
    private bool _trailersCame;

    private protected ClientCall(Connector connector, CallOptions options)
    {
        _connector = connector;
        _headers = options.Headers;
        _credentials = options.Credentials;
        _waitsForReady = options.IsWaitForReady;
        if (options.Deadline is not null || options.CancellationToken.CanBeCanceled)
        {
            _lifetime = new CallLifetime(options.Deadline);
        }
    }

    public override bool HasEnded => _hasEnded;

    /// <summary>The response headers; empty where the host has sent none before the first message or the end.</summary>
    public Task<Metadata> ResponseHeaders
    {
        get
        {
            TaskCompletionSource<Metadata> headers;
            bool cameWithout;
            lock (_gate)
            {
                headers = _responseHeaders ??= new TaskCompletionSource<Metadata>(TaskCreationOptions.RunContinuationsAsynchronously);
                cameWithout = _headersCame;
            }

            if (cameWithout || _hasEnded)
            {
                Settle(headers, cameWithout);
            }

            return headers.Task;
        }
    }

    /// <summary>How soon what awaits such calls goes on; null before there is a connection.</summary>
    private protected WorkPace? Pace => _method?.Pace;

    private protected Connector Connector => _connector;

    private protected override Connection Peer => _connection!;

    private protected override CancellationToken GivenUp
    {
        get
        {
            CallLifetime lifetime;
            lock (_gate)
            {
                lifetime = _lifetime ??= new CallLifetime(deadline: null);
            }

            if (_hasEnded)
            {
                lifetime.End();
            }

            return lifetime.Ended;
        }
    }

    private protected override bool KeepsNextMessage => _newLends is not null;

    private protected abstract string MethodName { get; }

    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    public Status GetStatus() =>
        _hasEnded ? _status : throw new InvalidOperationException("the status is known once the call has ended");

    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    public Metadata GetTrailers() => _hasEnded
        ? _trailers ??= [] : throw new InvalidOperationException("the trailers are known once the call has ended");

    /// <summary>The status as an exception, for whoever waits on a call that failed.</summary>
    public RpcException Failure() => new(GetStatus(), GetTrailers());

    public void Cancel() => EndEarly(new Status(StatusCode.Cancelled, "Call canceled by the client."));

    public void OnDeadline() => EndEarly(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded"));

    /// <summary>Gives the call up, if it still runs, and drops what was not read of it.</summary>
    public void Dispose()
    {
        EndEarly(new Status(StatusCode.Cancelled, "gRPC call disposed."));
        DropReplies();
    }

    /// <summary>Whoever waits for the call goes on.</summary>
    public abstract void Execute();

    public override void OnFrame(FrameReader frame)
    {
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
                _ = StartAsync();
            }

            return;
        }

        CloseStream(returnLeases: false); // the connection takes everything back itself
        var status = new Status(StatusCode.Unavailable, $"the connection ended: {disconnection.Message}");
        Finish(status, null, early: disconnection.Reason == DisconnectReason.LocalShutdown);
    }

    /// <summary>Has the options' deadline and token end the call; false where they have already.</summary>
    private protected bool TryBegin(CallOptions options)
    {
        if (_lifetime is null)
        {
            return true;
        }

        var left = CallTimer.Left(options.Deadline);
        if (left == TimeSpan.Zero)
        {
            OnDeadline();
        }
        else
        {
            _lifetime.Watch(this, left, options.CancellationToken);
        }

        return !_hasEnded;
    }

    /// <summary>Finds a connection and opens the stream, then has the first frame sent. Never throws.</summary>
    private protected async Task StartAsync()
    {
        try
        {
            _requestHeaders = _credentials is null ? _headers
                : await CallCredentialsMetadata.AddAsync(
                    _credentials, _headers, _connector.Endpoint.ToString(), MethodName, GivenUp).ConfigureAwait(false);
            while (!_hasEnded)
            {
                if (await TryOpenAsync().ConfigureAwait(false))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (_hasEnded)
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
            ? current : await _connector.GetAsync(_waitsForReady, GivenUp).ConfigureAwait(false);
        if (!connection.TryTakeSlot())
        {
            await connection.WaitForSlotAsync(GivenUp).ConfigureAwait(false);
        }

        try
        {
            _connection = connection;
            Attach(connection);
            CheckMetadata(connection);
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
        lock (_gate)
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
                OnHeaders(MetadataCodec.Read(frame.Head));
                break;
            case FrameType.Trailers:
                OnTrailers(frame);
                break;
            case FrameType.Buffer:
                OnBuffer(frame);
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
        var outcome = _connection!.Borrowed.Borrow(descriptor);
        if (outcome == BorrowOutcome.Taken)
        {
            (_newLends ??= []).Add(descriptor.Lease);
        }

        return outcome;
    }

    /// <summary>A message is complete: what was lent before it came with it.</summary>
    private protected void AttachLends(InboundMessage message)
    {
        if (_newLends is { } lends)
        {
            _newLends = null;
            message.AttachLends(lends, _connection!.Borrowed);
        }
    }

    private protected override void OnRefused(Status status) => EndEarly(status);

    private protected override void OnEndOfStream() =>
        throw new ProtocolViolationException("a host ends its messages with trailers alone");

    private protected override bool WriteFrame(
        OutboundFrame frame, FrameFlags flags, ReadOnlySpan<byte> bodyStart, ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> head = default)
    {
        var opens = frame.Type == FrameType.Call;
        using var callHead = opens ? WriteCallHead() : null;
        if (callHead is not null)
        {
            head = callHead.WrittenSpan;
        }

        flags |= opens && !_method!.IsDefined ? FrameFlags.DefinesMethod : FrameFlags.None;
        flags |= frame.EndOfStream ? FrameFlags.EndOfStream : FrameFlags.None;
        lock (_gate)
        {
            if (_hasEnded || _closed || (StreamId == 0) != opens)
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
        LentToCall lent;
        bool closed;
        lock (_gate)
        {
            lent = _lent ??= new LentToCall();
            closed = _closed;
        }

        lent.Add(lease, _connection!.Leases);
        if (closed)
        {
            lent.Close(_connection.Leases);
        }
    }

    private protected override void OnLendFailed(ulong lease) => _lent?.TryTakeBack(lease, 1, _connection!.Leases);

    /// <summary>A host without response headers sends no frame of them: its first message tells.</summary>
    private protected void NoteHeaders()
    {
        if (!_headersCame)
        {
            lock (_gate)
            {
                _headersCame = true;
            }

            _responseHeaders?.TrySetResult([]);
        }
    }

    /// <summary>Nobody will read replies that came and were not read.</summary>
    private protected abstract void DropReplies();

    /// <summary>Whether the first frame can be sent again, on another connection.</summary>
    private protected abstract bool CanRestart { get; }

    /// <summary>The outcome is known. Called once, on any thread, outside every lock.</summary>
    private protected abstract void OnFinished(bool early);

    /// <summary>Has <see cref="Execute"/> run.</summary>
    private protected void RunSoon()
    {
        if (_connection is { } connection)
        {
            connection.RunSoon(this, _method is null || _method.Pace.IsQuick);
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
        lock (_gate)
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
        CallLifetime? lifetime;
        TaskCompletionSource<Metadata>? headers;
        lock (_gate)
        {
            if (_hasEnded)
            {
                return false;
            }

            _trailers = trailers;
            _status = status;
            _hasEnded = true;
            lifetime = _lifetime;
            headers = _responseHeaders;
        }

        lifetime?.End();
        SendWindow?.Close();
        if (headers is not null)
        {
            Settle(headers, cameWithout: false);
        }

        OnFinished(early);
        return true;
    }

    private void OnHeaders(Metadata metadata)
    {
        lock (_gate)
        {
            _headersCame = true;
            _responseHeaders ??= new TaskCompletionSource<Metadata>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _responseHeaders.TrySetResult(metadata);
    }

    private void Settle(TaskCompletionSource<Metadata> headers, bool cameWithout)
    {
        if (cameWithout || _status.StatusCode == StatusCode.OK)
        {
            headers.TrySetResult([]);
        }
        else if (!headers.Task.IsCompleted)
        {
            headers.TrySetException(Failure());
            _ = headers.Task.Exception; // nobody need look at headers
        }
    }

    private void OnTrailers(FrameReader frame)
    {
        if ((frame.Header.Flags & FrameFlags.More) != 0)
        {
            throw new ProtocolViolationException("trailers hold a message that goes on after them");
        }

        _trailersCame = true;
        var head = TrailersHead.Read(frame.Head);
        OnBody(frame);
        if ((frame.Header.Flags & FrameFlags.Lingers) == 0)
        {
            CloseStream(returnLeases: true);
        }

        var code = frame.Header.Code <= (ushort)StatusCode.Unauthenticated ? (StatusCode)frame.Header.Code : StatusCode.Unknown;
        Finish(new Status(code, head.Message), head.Trailers);
    }

    /// <summary>Either bytes that the host lends in a reply, or bytes it has changed in a buffer of this side's.</summary>
    private void OnBuffer(FrameReader frame)
    {
        var connection = _connection!;
        if ((frame.Header.Flags & FrameFlags.Lends) != 0)
        {
            Connection.CopyBufferPiece(frame, lease => (connection.Borrowed.TryGetPrivate(lease, out var bytes), bytes));
            return;
        }

        Connection.CopyBufferPiece(frame, lease =>
        {
            var bytes = Memory<byte>.Empty;
            return (_lent is not null && _lent.Contains(lease) && connection.Leases.TryGetLent(lease, out bytes), bytes);
        });
    }

    /// <summary>The host is done with the call, and with what it was lent.</summary>
    private void CloseStream(bool returnLeases)
    {
        LentToCall? lent;
        lock (_gate)
        {
            _closed = true;
            lent = _lent;
        }

        IgnoreMessages();
        _newLends?.ForEach(lease => _connection!.Borrowed.ReturnUnread(lease));
        lent?.Close(returnLeases ? _connection!.Leases : null);
        _connection?.CloseStream(this);
    }

    private void TakeBack(ulong lease, uint count)
    {
        if (_lent is null || !_lent.TryTakeBack(lease, count, _connection!.Leases))
        {
            throw new ProtocolViolationException($"lease {lease} was released {count} times more than it was lent");
        }
    }

    /// <summary>Forgets a stream that the host never took up; false where what it lent ties the call to it.</summary>
    private bool TryReset(out bool stillStarting)
    {
        lock (_gate)
        {
            stillStarting = _starting;
            if (_hasEnded || _lent is { Any: true } || !CanRestart)
            {
                return false;
            }

            _starting = true;
            _opened = false;
            StreamId = 0;
            return true;
        }
    }

    /// <summary>Null for a call without deadline, metadata and definition.</summary>
    private PooledBytes? WriteCallHead()
    {
        var defines = _method!.IsDefined ? null : MethodName;
        var deadline = _lifetime?.Deadline;
        if (defines is null && deadline is null && _requestHeaders is not { Count: > 0 })
        {
            return null;
        }

        var bytes = new PooledBytes(128);
        var timeout = CallTimer.Left(deadline) is { } left ? Math.Max(1, (long)left.TotalMicroseconds) : 0;
        new CallHead(timeout, defines, _requestHeaders).Write(bytes);
        return bytes;
    }

    private void CheckMetadata(ClientConnection connection)
    {
        var bytes = MetadataCodec.Measure(_requestHeaders);
        if (bytes > connection.Agreed.PeerLimits.MaxMetadataBytes)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted,
                $"the metadata has {bytes} bytes and the host's limit is {connection.Agreed.PeerLimits.MaxMetadataBytes} (MaxMetadataBytes)"));
        }
    }
}
