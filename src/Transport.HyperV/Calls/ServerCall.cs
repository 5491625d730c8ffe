using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// The host's end of a call, of any kind. Its status goes out once: what the handler made of it, or earlier the
/// deadline or the client's cancel. The stream lives on until the handler has ended, because until then the handler
/// may use what the client lent.
/// </summary>
internal abstract class ServerCall : CallStream, IThreadPoolWorkItem
{
    // Keeps a status that quotes something long within any client's frame.
    private const int MaxStatusMessageChars = 2048;

    private readonly Lock _gate = new();
    private readonly HostConnection _connection;
    private readonly bool _detailedErrors;
    private readonly HandlerBuffers _buffers;
    private readonly TimeSpan? _timeout;
    private Timer? _deadline;
    private CancellationTokenSource? _cancellation;
    private bool _endedEarly;
    private bool _finished;
    private bool _lingers;
    private bool _left;
    private bool _handlerRuns;

    private protected ServerCall(
        HostConnection connection, string method, bool streamsRequests, CallHead head, string peer, bool detailedErrors)
    {
        _connection = connection;
        _detailedErrors = detailedErrors;
        _buffers = new HandlerBuffers(connection, streamsRequests && connection.Mapping is not null ? ReturnEarly : null);
        _timeout = head.TimeoutMicroseconds > 0 && head.TimeoutMicroseconds < TimeSpan.MaxValue.TotalMicroseconds
            ? TimeSpan.FromMicroseconds(head.TimeoutMicroseconds) : (TimeSpan?)null;
        Attach(connection);
        Context = new HyperVServerCallContext(this, method, peer, DeadlineAfter(_timeout), head.Metadata ?? []);
    }

    public HyperVServerCallContext Context { get; }

    /// <summary>Fires when the client has cancelled, its deadline has passed, or it is gone.</summary>
    public CancellationToken CancellationToken
    {
        get
        {
            lock (_gate)
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

    private protected override Connection Peer => _connection;

    /// <summary>Opens a buffer that the client lent with this call.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: it was not, or the reference leaves it.</exception>
    public SharedBuffer OpenBuffer(BufferRef? reference, BufferAccess access)
    {
        if (reference is null)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "a buffer is missing"));
        }

        return _buffers.TryOpen(reference, access, out var buffer)
            ? buffer
            : throw new RpcException(new Status(StatusCode.InvalidArgument,
                $"the buffer with lease {reference.Lease} ({reference.Length} bytes at {reference.Offset}) is not lent "
                + "with this call, or reaches past what is"));
    }

    /// <summary>Rents bytes of the host's region until the handler ends; what a reply lends the client keeps.</summary>
    public ValueTask<SharedBuffer> RentBufferAsync(int length) => _buffers.RentAsync(length, CancellationToken);

    /// <exception cref="InvalidOperationException">They went already, by themselves with the first message.</exception>
    public void SendHeaders(Metadata headers)
    {
        var bytes = MetadataCodec.Measure(headers);
        if (bytes > _connection.Agreed.PeerLimits.MaxMetadataBytes)
        {
            throw OverMetadataLimit(bytes);
        }

        using var head = new PooledBytes(256);
        MetadataCodec.Write(head, headers);
        lock (_gate)
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

    /// <summary>Runs the handler, up to its end or to where it goes on asynchronously.</summary>
    public void Execute()
    {
        var started = Stopwatch.GetTimestamp();
        _ = RunAsync();
        Pace.Note(started);
    }

    private protected abstract HandlerPace Pace { get; }

    /// <summary>Calls the handler and sends what it returns.</summary>
    private protected abstract Task InvokeAsync();

    /// <summary>Nobody will read messages that came and were not read.</summary>
    private protected abstract void DropMessages();

    /// <summary>Has the handler run, unless the call is over. While a frame of the call is dispatched.</summary>
    private protected void Schedule()
    {
        lock (_gate)
        {
            if (_finished || _handlerRuns)
            {
                return;
            }

            _handlerRuns = true;
        }

        if (Pace.IsQuick)
        {
            _connection.RunNext(this);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private protected override void OnCallFrame(FrameReader frame)
    {
        switch (frame.Header.Type)
        {
            case FrameType.Call:
                _deadline = CallTimer.Start(_timeout, static state =>
                    ((ServerCall)state!).EndEarly(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded")), this);
                OnBody(frame);
                break;
            case FrameType.Cancel:
                EndEarly(new Status(StatusCode.Cancelled, "Cancelled by the client."));
                break;
            case FrameType.Buffer when (frame.Header.Flags & FrameFlags.Lends) != 0:
                Connection.CopyBufferPiece(frame, lease => (_buffers.Borrowed.TryGetPrivate(lease, out var bytes), bytes));
                break;
            default:
                throw new ProtocolViolationException($"frame type {(int)frame.Header.Type} is not one for a call");
        }
    }

    private protected override BorrowOutcome OnLend(BufferDescriptor descriptor)
    {
        var outcome = _buffers.Borrowed.Borrow(descriptor);
        if (outcome == BorrowOutcome.TooLate)
        {
            _connection.SendRelease(StreamId, descriptor.Lease, 1);
        }

        return outcome;
    }

    private protected override void OnRefused(Status status) => EndEarly(status);

    private protected override void OnLent(ulong lease)
    {
    }

    private protected override void OnLendFailed(ulong lease) => _connection.Leases.TryTakeBack(lease, 1);

    private protected override bool WriteFrame(
        OutboundFrame frame, FrameFlags flags, ReadOnlySpan<byte> bodyStart, ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> head = default)
    {
        using var trailers = new PooledBytes(0);
        if (frame.Type == FrameType.Trailers)
        {
            CheckTrailers();
            new TrailersHead(string.Empty, Context.ResponseTrailers).Write(trailers);
            head = trailers.WrittenSpan;
        }

        lock (_gate)
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
    private protected async Task ReturnWrittenBuffersAsync()
    {
        foreach (var buffer in _buffers.Borrowed.WrittenPrivately())
        {
            await SendBufferAsync(FrameFlags.None, buffer.Descriptor.Lease, buffer.Memory, CancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Sends the status, if none was sent.</summary>
    private protected void Finish(Status status)
    {
        lock (_gate)
        {
            if (!_finished)
            {
                WriteStatus(status, lingers: false);
            }
        }

        _connection.Writer.Flush();
    }

    private static DateTime DeadlineAfter(TimeSpan? left) =>
        left is { } time && time < DateTime.MaxValue - DateTime.UtcNow ? DateTime.UtcNow + time : DateTime.MaxValue;

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

        Finish(StatusOf(failure));
    }

    private Status StatusOf(Exception failure)
    {
        switch (failure)
        {
            case RpcException rpc:
                foreach (var entry in rpc.Trailers)
                {
                    Context.ResponseTrailers.Add(entry);
                }

                return rpc.Status;
            case OperationCanceledException when _endedEarly:
                return new Status(StatusCode.Cancelled, "Cancelled by the client.");
            case ObjectDisposedException when !_connection.IsOpen:
                return new Status(StatusCode.Unavailable, "the connection has ended");
            default:
                ServerCallLog.HandlerFailed(_connection.Settings.Logger, failure, Context.Method);
                return new Status(StatusCode.Unknown, _detailedErrors
                    ? $"Exception was thrown by handler. {failure.GetType().Name}: {failure.Message}"
                    : "Exception was thrown by handler.");
        }
    }

    /// <summary>Null: the client is gone, and nothing is sent.</summary>
    private void EndEarly(Status? status)
    {
        CancellationTokenSource? cancellation;
        bool handlerRuns;
        lock (_gate)
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

            _finished = true;
        }

        _connection.Writer.Flush();
        SendWindow!.Close();
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

    /// <summary>Lets go of the buffers and makes room for another call, before the client can learn of it.</summary>
    private void Leave()
    {
        if (!Interlocked.Exchange(ref _left, true))
        {
            _buffers.Close();
            _connection.LeaveCall();
        }
    }

    /// <summary>Under the lock; the caller flushes.</summary>
    private void WriteStatus(Status status, bool lingers)
    {
        _finished = true;
        _lingers = lingers;
        if (!lingers)
        {
            Leave();
        }

        using var head = new PooledBytes(256);
        var trailers = Context.ResponseTrailers;
        var bytes = MetadataCodec.Measure(trailers);
        if (bytes > _connection.Agreed.PeerLimits.MaxMetadataBytes)
        {
            (status, trailers) = (OverMetadataLimit(bytes).Status, null);
        }

        var message = status.Detail ?? string.Empty;
        message = message.Length > MaxStatusMessageChars ? message[..MaxStatusMessageChars] : message;
        new TrailersHead(message, trailers).Write(head);
        _connection.Writer.Append(
            FrameType.Trailers, lingers ? FrameFlags.Lingers : FrameFlags.None, (ushort)status.StatusCode, StreamId, head.WrittenSpan);
    }

    /// <summary>The handler has ended, or never will run: all that hangs on the call is let go.</summary>
    private void Close()
    {
        _deadline?.Dispose();
        SendWindow!.Close();
        IgnoreMessages();
        DropMessages();
        Leave();
        if (_lingers)
        {
            _connection.Writer.Write(FrameType.Release, FrameFlags.EndOfStream, 0, StreamId);
        }

        _connection.CloseStream(this);
    }

    /// <summary>A handler that reads many requests gives each buffer back as soon as it has disposed it.</summary>
    private void ReturnEarly(ulong lease, long lends) => _connection.SendRelease(StreamId, lease, lends);

    private void CheckTrailers()
    {
        var bytes = MetadataCodec.Measure(Context.ResponseTrailers);
        if (bytes > _connection.Agreed.PeerLimits.MaxMetadataBytes)
        {
            Context.ResponseTrailers.Clear();
            throw OverMetadataLimit(bytes);
        }
    }

    private RpcException OverMetadataLimit(int bytes) => new(new Status(StatusCode.ResourceExhausted,
        $"the metadata has {bytes} bytes and the client's limit is {_connection.Agreed.PeerLimits.MaxMetadataBytes} (MaxMetadataBytes)"));
}
