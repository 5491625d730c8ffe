using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Diagnostics;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// The host's end of a call, of any kind. Its status goes out once: what the handler made of it, or earlier the
/// deadline or the client's cancel. The stream lives on until the handler has ended, because until then the handler
/// may use what the client lent.
/// </summary>
/// <remarks>
/// It is its own lock: nobody outside knows it, and there are many. Where nothing of a call can reach it any more, it serves
/// another (<see cref="SpareStreams"/>).
/// </remarks>
internal abstract class ServerCall : DuplexCallStream, ICallBuffers
{
    private readonly HostConnection _connection;
    private readonly ServerMethod _method;
    private HandlerBuffers? _buffers;
    private CallTimer? _timer;
    private CancellationTokenSource? _cancellation;
    private bool _endedEarly;
    private bool _finished;
    private bool _lingers;
    private bool _left;
    private bool _handlerRuns;
    private bool _handlerHasStarted;

    private protected ServerCall(HostConnection connection, ServerMethod method)
    {
        _connection = connection;
        _method = method;
        Context = null!; // until Begin
        Attach(connection, method.StreamsResponses, method.StreamsRequests);
    }

    public HyperVServerCallContext Context { get; private set; }

    public HandlerExchange Exchange { get; } = new();

    public string MethodName => _method.Name;

    public ClientIdentity Client => _connection.Client;

    public override bool HasEnded => Volatile.Read(ref _finished);

    /// <summary>Fires when the client has cancelled, its deadline has passed, or it is gone.</summary>
    public CancellationToken CancellationToken
    {
        get
        {
            if (Volatile.Read(ref _cancellation) is { } known)
            {
                return known.Token;
            }

            lock (this)
            {
                _cancellation ??= new CancellationTokenSource();
                if (_endedEarly && !_cancellation.IsCancellationRequested)
                {
                    _cancellation.Cancel(); // nobody can have registered yet
                }

                return _cancellation.Token;
            }
        }
    }

    private protected bool HandlerRuns => Volatile.Read(ref _handlerRuns);

    private protected override Connection Peer => _connection;

    private protected override CancellationToken GivenUp => CancellationToken;

    /// <summary>The buffers of the handler, once it has any.</summary>
    private HandlerBuffers Buffers
    {
        get
        {
            lock (this)
            {
                if (_buffers is { } known)
                {
                    return known;
                }

                var buffers = new HandlerBuffers(
                    _connection, _method.StreamsRequests && _connection.Mapping is not null ? ReturnEarly : null);
                if (_left)
                {
                    buffers.Close();
                }

                return _buffers = buffers;
            }
        }
    }

    /// <summary>Begins a call, the object's first or another.</summary>
    public void Begin(CallHead head)
    {
        var timeout = head.TimeoutMicroseconds > 0 && head.TimeoutMicroseconds < TimeSpan.MaxValue.TotalMicroseconds
            ? TimeSpan.FromMicroseconds(head.TimeoutMicroseconds) : (TimeSpan?)null;
        _finished = _left = _handlerRuns = _handlerHasStarted = false;
        TakeMessages();
        _buffers?.Reopen();
        Exchange.Begin(timeout, head.Metadata);
        Context = new HyperVServerCallContext(this);
    }

    public SharedBuffer OpenBuffer(BufferRef? reference, BufferAccess access) =>
        reference is not null && Buffers.TryOpen(reference, access, out var buffer) ? buffer : throw BufferNotLent.Error(reference);

    public ValueTask<SharedBuffer> RentBufferAsync(int length) => Buffers.RentAsync(length, CancellationToken);

    /// <exception cref="InvalidOperationException">They went already, by themselves with the first message.</exception>
    public void SendHeaders(Metadata headers)
    {
        using var head = ResponseMetadata.WriteHeaders(headers, _connection.Agreed.PeerLimits);
        lock (this)
        {
            if (Context.HeadersSent)
            {
                throw new InvalidOperationException("the response headers have been sent already");
            }

            Context.HeadersSent = true;
            if (!_finished)
            {
                _connection.Writer.Append(FrameType.Headers, FrameFlags.None, 0, StreamId, head.WrittenSpan);
            }
        }

        _connection.Writer.Flush();
    }

    public override void OnDisconnected(Disconnection disconnection) => EndEarly(null);

    /// <summary>Ends the call before its handler does: the shutdown of the host has waited long enough.</summary>
    public void Abort(string why) => EndEarly(new Status(StatusCode.Unavailable, why));

    private protected override WorkPace Pace => _method.Pace;

    /// <summary>Runs the handler, or lets it go on reading.</summary>
    private protected override void GoOn()
    {
        if (_handlerHasStarted)
        {
            Messages?.Wake();
        }
        else
        {
            _handlerHasStarted = true;
            _ = TransportTelemetry.ObservesHost ? RunObservedAsync() : RunAsync();
        }
    }

    /// <exception cref="OperationCanceledException">The client has cancelled, the deadline has passed, or it is gone.</exception>
    private protected void ThrowIfEndedEarly()
    {
        if (Volatile.Read(ref _endedEarly))
        {
            CancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Whether it is the token of this call, which a handler has asked for.</summary>
    private protected bool IsOwn(CancellationToken token) =>
        Volatile.Read(ref _cancellation) is { } cancellation && token == cancellation.Token;

    private protected override void RunSoon() => _connection.RunSoon(this, this, _method.Pace);

    /// <summary>Calls the handler and sends what it returns.</summary>
    private protected abstract Task InvokeAsync();

    /// <summary>Nobody will read messages that came and were not read.</summary>
    private protected abstract void DropMessages();

    /// <summary>Has the handler run, unless the call is over. While a frame of the call is dispatched.</summary>
    private protected void Schedule()
    {
        lock (this)
        {
            if (_finished || _handlerRuns)
            {
                return;
            }

            _handlerRuns = true;
        }

        RunSoon();
    }

    private protected override void OnCallFrame(FrameReader frame)
    {
        switch (frame.Header.Type)
        {
            case FrameType.Call:
                _timer = CallTimer.Start(CallTimer.Left(Exchange.Deadline), static state =>
                    ((ServerCall)state!).EndEarly(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded")), this);
                OnBody(frame);
                break;
            case FrameType.Cancel:
                EndEarly(new Status(StatusCode.Cancelled, "Cancelled by the client."));
                break;
            case FrameType.Buffer when (frame.Header.Flags & FrameFlags.Lends) != 0:
                Connection.CopyBufferPiece(frame, lease => (Buffers.Borrowed.TryGetPrivate(lease, out var bytes), bytes));
                break;
            default:
                throw new ProtocolViolationException($"frame type {(int)frame.Header.Type} is not one for a call");
        }
    }

    private protected override BorrowOutcome OnLend(BufferDescriptor descriptor)
    {
        var outcome = Buffers.Borrowed.Borrow(descriptor);
        if (outcome == BorrowOutcome.TooLate)
        {
            _connection.SendRelease(StreamId, descriptor.Lease, 1);
        }

        return outcome;
    }

    private protected override void OnRefused(Status status)
    {
        _connection.NoteLimit(_method.Name, status.Detail);
        EndEarly(status);
    }

    private protected override void OnLent(ulong lease)
    {
    }

    private protected override void OnLendFailed(ulong lease) => _connection.Leases.TryTakeBack(lease, 1);

    private protected override bool WriteFrame(
        OutboundFrame frame, FrameFlags flags, ReadOnlySpan<byte> bodyStart, ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> head = default)
    {
        using var trailers = frame.Type == FrameType.Trailers && Exchange.UsedTrailers is { } used
            ? ResponseMetadata.WriteTrailers(used, _connection.Agreed.PeerLimits) : null;
        if (trailers is not null)
        {
            head = trailers.WrittenSpan;
        }

        lock (this)
        {
            if (_finished)
            {
                return false;
            }

            Context.HeadersSent = true;
            _finished = frame.Type == FrameType.Trailers;
            if (_finished)
            {
                Leave();
            }

            _connection.Writer.Append(frame.Type, flags, (ushort)StatusCode.OK, StreamId, head, bodyStart, body);
        }

        _connection.Writer.Flush();
        return true;
    }

    /// <summary>Sends back what the handler changed in buffers that are not shared; before the status.</summary>
    private protected Task ReturnWrittenBuffersAsync() =>
        _connection.Mapping is null && _buffers is { } buffers ? ReturnWrittenBuffersAsync(buffers) : Task.CompletedTask;

    /// <summary>Sends the status, if none was sent.</summary>
    private protected void Finish(Status status)
    {
        lock (this)
        {
            if (!_finished)
            {
                WriteStatus(status, lingers: false);
            }
        }

        _connection.Writer.Flush();
    }

    private async Task ReturnWrittenBuffersAsync(HandlerBuffers buffers)
    {
        foreach (var buffer in buffers.Borrowed.WrittenPrivately())
        {
            await SendBufferAsync(FrameFlags.None, buffer.Descriptor.Lease, buffer.Memory).ConfigureAwait(false);
        }
    }

    private async Task RunObservedAsync()
    {
        var context = Context; // the object may serve another call when this one has ended
        var telemetry = CallTelemetry.StartServer(context.Method, context.Peer, context.RequestHeaders);
        await RunAsync().ConfigureAwait(false);
        telemetry.End(context.Outcome);
    }

    private async Task RunAsync()
    {
        try
        {
            await InvokeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await FailAsync(e).ConfigureAwait(false);
        }
        finally
        {
            Close();
        }
    }

    private async Task FailAsync(Exception failure)
    {
        try
        {
            await ReturnWrittenBuffersAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }

        Finish(HandlerFailure.StatusOf(failure, Context, _endedEarly, _connection));
    }

    /// <summary>Null: the client is gone, and nothing is sent.</summary>
    private void EndEarly(Status? status)
    {
        CancellationTokenSource? cancellation;
        bool handlerRuns;
        lock (this)
        {
            if (_endedEarly || (_finished && !_handlerRuns))
            {
                return;
            }

            _endedEarly = true;
            handlerRuns = _handlerRuns;
            cancellation = _cancellation;
            if (!_finished && status is { } known)
            {
                WriteStatus(known, lingers: handlerRuns);
            }
            else if (!_finished)
            {
                Context.Outcome = StatusCode.Cancelled;
            }

            _finished = true;
        }

        _connection.Writer.Flush();
        CloseWindow();
        IgnoreMessages();
        DropMessages();
        if (cancellation is not null)
        {
            _ = cancellation.CancelAsync(); // callbacks of a handler must not hold up the connection
        }

        if (!handlerRuns)
        {
            Close();
        }
    }

    private void CloseWindow()
    {
        if (SendWindow is not null && SendWindow.Close())
        {
            RunSoon();
        }
    }

    /// <summary>Lets go of the buffers and makes room for another call, before the client can learn of it.</summary>
    private void Leave()
    {
        if (!Interlocked.Exchange(ref _left, true))
        {
            _buffers?.Close();
            _connection.LeaveCall();
        }
    }

    /// <summary>Under the lock; the caller flushes.</summary>
    private void WriteStatus(Status status, bool lingers)
    {
        _finished = true;
        _lingers = lingers;
        Context.Outcome = status.StatusCode;
        if (!lingers)
        {
            Leave();
        }

        using var head = ResponseMetadata.WriteStatus(ref status, Exchange.UsedTrailers, _connection.Agreed.PeerLimits);
        _connection.Writer.Append(
            FrameType.Trailers, lingers ? FrameFlags.Lingers : FrameFlags.None, (ushort)status.StatusCode, StreamId, head.WrittenSpan);
    }

    /// <summary>The handler has ended, or never will run: all that hangs on the call is let go.</summary>
    private void Close()
    {
        _timer?.Dispose();
        CloseWindow();
        IgnoreMessages();
        DropMessages();
        Leave();
        if (_lingers)
        {
            _connection.Writer.Write(FrameType.Release, FrameFlags.EndOfStream, 0, StreamId);
        }

        _connection.CloseStream(this);
        if (ServesAgain)
        {
            Context.LetGo();
            Exchange.Begin(timeout: null, requestHeaders: null);
            _connection.Spares.Add(_method, this);
        }
    }

    /// <summary>Of a call that had nothing but its message, its response and what they lent, nothing else can come.</summary>
    private bool ServesAgain => _handlerRuns && !_endedEarly && _timer is null && _cancellation is null
        && !_method.StreamsRequests && !_method.StreamsResponses;

    /// <summary>A handler that reads many requests gives each buffer back as soon as it has disposed it.</summary>
    private void ReturnEarly(ulong lease, long lends) => _connection.SendRelease(StreamId, lease, lends);
}
