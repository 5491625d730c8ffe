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
internal abstract class ClientCall : CallStream, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Connector _connector;
    private readonly CallOptions _options;
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Timer? _deadline;
    private readonly CancellationTokenRegistration _cancellation;
    private readonly LentToCall _lent = new();
    private List<ulong>? _newLends;
    private ClientConnection? _connection;
    private Metadata? _requestHeaders;
    private string? _definesMethod;
    private ushort _methodNumber;
    private Status? _status;
    private Metadata? _trailers;
    private bool _starting = true;
    private bool _opened;
    private bool _closed;
    private bool _trailersCame;

    private protected ClientCall(Connector connector, string method, CallOptions options)
    {
        _connector = connector;
        _options = options;
        Method = method;
        var left = CallTimer.Left(options.Deadline);
        if (left == TimeSpan.Zero)
        {
            EndEarly(DeadlineExceeded);
            return;
        }

        _deadline = CallTimer.Start(left, static state => ((ClientCall)state!).EndEarly(DeadlineExceeded), this);
        _cancellation = options.CancellationToken.UnsafeRegister(static state => ((ClientCall)state!).Cancel(), this);
    }

    public Task<Metadata> Headers => _headers.Task;

    /// <summary>Fires when the call has its outcome.</summary>
    public CancellationToken Ended => _ended.Token;

    private protected string Method { get; }

    private protected override Connection Peer => _connection!;

    private static Status DeadlineExceeded => new(StatusCode.DeadlineExceeded, "Deadline Exceeded");

    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    public Status GetStatus() => Outcome ?? throw new InvalidOperationException("the status is known once the call has ended");

    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    public Metadata GetTrailers() => Outcome is null
        ? throw new InvalidOperationException("the trailers are known once the call has ended") : _trailers!;

    /// <summary>The status as an exception, for whoever waits on a call that failed.</summary>
    public RpcException Failure() => new(GetStatus(), GetTrailers());

    public void Cancel() => EndEarly(new Status(StatusCode.Cancelled, "Call canceled by the client."));

    /// <summary>Gives the call up, if it still runs, and drops what was not read of it.</summary>
    public void Dispose()
    {
        EndEarly(new Status(StatusCode.Cancelled, "gRPC call disposed."));
        DropReplies();
    }

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
                Restart();
            }

            return;
        }

        CloseStream(returnLeases: false); // the connection takes everything back itself
        var status = new Status(StatusCode.Unavailable, $"the connection ended: {disconnection.Message}");
        Finish(status, null, early: disconnection.Reason == DisconnectReason.LocalShutdown);
    }

    private protected Status? Outcome
    {
        get
        {
            lock (_gate)
            {
                return _status;
            }
        }
    }

    /// <summary>Finds a connection and opens the stream, then has the first frame sent. Never throws.</summary>
    private protected async Task StartAsync(Func<CancellationToken, ValueTask> sendFirstFrame)
    {
        try
        {
            _requestHeaders = _options.Credentials is null ? _options.Headers
                : await CallCredentialsMetadata.AddAsync(
                    _options.Credentials, _options.Headers, _connector.Endpoint.ToString(), Method, Ended).ConfigureAwait(false);
            while (!Ended.IsCancellationRequested)
            {
                if (await TryOpenAsync(sendFirstFrame).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (Ended.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            EndEarly(SendFailure(e));
        }
    }

    /// <summary>False where the connection stopped taking calls meanwhile: the next attempt gets another.</summary>
    private async Task<bool> TryOpenAsync(Func<CancellationToken, ValueTask> sendFirstFrame)
    {
        var connection = await _connector.GetAsync(_options.IsWaitForReady, Ended).ConfigureAwait(false);
        await connection.WaitForSlotAsync(Ended).ConfigureAwait(false);
        try
        {
            _connection = connection;
            Attach(connection);
            CheckMetadata(connection);
            _methodNumber = connection.NumberOf(Method, out var defined);
            _definesMethod = defined ? null : Method;
            await sendFirstFrame(Ended).ConfigureAwait(false);
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
                _headers.TrySetResult(MetadataCodec.Read(frame.Head));
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
        using var callHead = new PooledBytes(frame.Type == FrameType.Call ? 128 : 0);
        if (frame.Type == FrameType.Call)
        {
            var timeout = CallTimer.Left(_options.Deadline) is { } left ? Math.Max(1, (long)left.TotalMicroseconds) : 0;
            new CallHead(timeout, _definesMethod, _requestHeaders).Write(callHead);
            flags |= _definesMethod is null ? FrameFlags.None : FrameFlags.DefinesMethod;
        }

        flags |= frame.EndOfStream ? FrameFlags.EndOfStream : FrameFlags.None;
        lock (_gate)
        {
            if (_status is not null || _closed || (StreamId == 0) != (frame.Type == FrameType.Call))
            {
                return false; // over, or to be started again elsewhere
            }

            // Under the lock, so that a cancel never goes ahead of its call.
            if (frame.Type != FrameType.Call)
            {
                _connection!.Writer.Append(frame.Type, flags, 0, StreamId, head, bodyStart, body);
            }
            else if (!_connection!.TryOpenStream(this, flags, _methodNumber, callHead.WrittenSpan, bodyStart, body))
            {
                return false;
            }

            _opened = true;
        }

        _connection.Writer.Flush();

        if (frame.Type == FrameType.Call && _definesMethod is not null)
        {
            _connection.MarkDefined(Method);
        }

        return true;
    }

    private protected override void OnLent(ulong lease) => _lent.Add(lease, _connection!.Leases);

    private protected override void OnLendFailed(ulong lease) => _lent.TryTakeBack(lease, 1, _connection!.Leases);

    /// <summary>A host without response headers sends no frame of them: its first message tells.</summary>
    private protected void NoteHeaders()
    {
        if (!_headers.Task.IsCompleted)
        {
            _headers.TrySetResult([]);
        }
    }

    /// <summary>Nobody will read replies that came and were not read.</summary>
    private protected abstract void DropReplies();

    /// <summary>Whether the first frame can be sent again, on another connection.</summary>
    private protected abstract bool CanRestart { get; }

    /// <summary>Starts over: the host said that it never took the call up.</summary>
    private protected abstract void Restart();

    /// <summary>The outcome is known. Called once, on any thread, outside every lock.</summary>
    private protected abstract void OnFinished(Status status, bool early);

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
        lock (_gate)
        {
            if (_status is not null)
            {
                return false;
            }

            _trailers = trailers ?? [];
            _status = status;
        }

        _deadline?.Dispose();
        _cancellation.Unregister();
        SendWindow?.Close();
        if (status.StatusCode == StatusCode.OK)
        {
            _headers.TrySetResult([]);
        }
        else if (!_headers.Task.IsCompleted)
        {
            _headers.TrySetException(Failure());
            _ = _headers.Task.Exception; // nobody need look at headers
        }

        OnFinished(status, early);
        _ = _ended.CancelAsync(); // whoever waits must not go on this thread, which may be the connection's
        return true;
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
            return (_lent.Contains(lease) && connection.Leases.TryGetLent(lease, out bytes), bytes);
        });
    }

    /// <summary>The host is done with the call, and with what it was lent.</summary>
    private void CloseStream(bool returnLeases)
    {
        lock (_gate)
        {
            _closed = true;
        }

        IgnoreMessages();
        _newLends?.ForEach(lease => _connection!.Borrowed.ReturnUnread(lease));
        _lent.Close(returnLeases ? _connection!.Leases : null);
        _connection?.CloseStream(this);
    }

    private void TakeBack(ulong lease, uint count)
    {
        if (!_lent.TryTakeBack(lease, count, _connection!.Leases))
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
            if (_status is not null || _lent.Any || !CanRestart)
            {
                return false;
            }

            _starting = true;
            _opened = false;
            StreamId = 0;
            return true;
        }
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
