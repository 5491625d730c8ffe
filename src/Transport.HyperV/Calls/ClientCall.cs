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
    private Dictionary<ulong, int>? _lent;
    private List<ulong>? _received;
    private ClientConnection? _connection;
    private string? _definesMethod;
    private ushort _methodNumber;
    private Status? _status;
    private Metadata? _trailers;
    private bool _opened;
    private bool _closed;
    private bool _keepsLeases;

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

    /// <summary>Gives the call up, if it still runs.</summary>
    public void Dispose() => EndEarly(new Status(StatusCode.Cancelled, "gRPC call disposed."));

    public override void OnDisconnected(Disconnection disconnection)
    {
        CloseStream(returnLeases: false); // the connection takes everything back itself
        Finish(new Status(StatusCode.Unavailable, $"the connection ended: {disconnection.Message}"), null);
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
            while (!Ended.IsCancellationRequested)
            {
                var connection = await _connector.GetAsync(_options.IsWaitForReady, Ended).ConfigureAwait(false);
                await connection.WaitForSlotAsync(Ended).ConfigureAwait(false);
                if (TryOpenStream(connection))
                {
                    CheckMetadata(connection);
                    await sendFirstFrame(Ended).ConfigureAwait(false);
                    return;
                }

                connection.ReturnSlot();
            }
        }
        catch (OperationCanceledException) when (Ended.IsCancellationRequested)
        {
            AbandonUnopened();
        }
        catch (Exception e)
        {
            EndEarly(SendFailure(e));
            AbandonUnopened();
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
            case FrameType.Release:
                Connection.ReadReleases(frame.Body, TakeBack);
                break;
            default:
                throw new ProtocolViolationException($"frame type {(int)frame.Header.Type} is not one for a call");
        }
    }

    /// <summary>What is lent in a reply that nobody will read goes straight back.</summary>
    private protected override BorrowOutcome OnLend(BufferDescriptor descriptor)
    {
        var outcome = _connection!.Borrowed.Borrow(descriptor);
        bool read;
        lock (_gate)
        {
            (_received ??= []).Add(descriptor.Lease);
            read = _status is null;
        }

        if (!read)
        {
            _connection.Borrowed.ReturnUnopened(descriptor.Lease);
        }

        return outcome;
    }

    private protected override void OnRefused(Status status) => EndEarly(status);

    private protected override void OnEndOfStream() =>
        throw new ProtocolViolationException("a host ends its messages with trailers alone");

    private protected override bool WriteFrame(
        OutboundFrame frame, FrameFlags flags, ReadOnlySpan<byte> bodyStart, ReadOnlySpan<byte> body)
    {
        using var head = new PooledBytes(frame.Type == FrameType.Call ? 128 : 0);
        if (frame.Type == FrameType.Call)
        {
            var timeout = CallTimer.Left(_options.Deadline) is { } left ? Math.Max(1, (long)left.TotalMicroseconds) : 0;
            new CallHead(timeout, _definesMethod, _options.Headers).Write(head);
            flags |= _definesMethod is null ? FrameFlags.None : FrameFlags.DefinesMethod;
        }

        flags |= frame.EndOfStream ? FrameFlags.EndOfStream : FrameFlags.None;
        lock (_gate)
        {
            if (_status is not null || _closed)
            {
                return false;
            }

            // Under the lock, so that a cancel never goes ahead of its call.
            var code = frame.Type == FrameType.Call ? _methodNumber : (ushort)0;
            _connection!.Writer.Append(frame.Type, flags, code, StreamId, head.WrittenSpan, bodyStart, body);
            _opened = true;
        }

        _connection.Writer.Flush();

        if (frame.Type == FrameType.Call && _definesMethod is not null)
        {
            _connection.MarkDefined(Method);
        }

        return true;
    }

    private protected override void OnLent(ulong lease)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _lent ??= [];
                _lent[lease] = _lent.GetValueOrDefault(lease) + 1;
                return;
            }
        }

        _connection!.Leases.TryTakeBack(lease, 1);
    }

    private protected override void OnLendFailed(ulong lease) => TakeBackIfLent(lease, 1);

    /// <summary>A host without response headers sends no frame of them: its first message tells.</summary>
    private protected void NoteHeaders()
    {
        if (!_headers.Task.IsCompleted)
        {
            _headers.TrySetResult([]);
        }
    }

    /// <summary>The outcome is known. Called once, on any thread, outside every lock.</summary>
    private protected abstract void OnFinished(Status status, bool early);

    /// <summary>Ends the call from this side; the host is told if it knows of the call.</summary>
    private protected void EndEarly(Status status)
    {
        if (!Finish(status, null, early: true))
        {
            return;
        }

        ulong[] received;
        bool tell;
        lock (_gate)
        {
            tell = _opened && !_closed;
            received = [.. _received ?? []];
        }

        if (tell)
        {
            _connection!.Writer.Write(FrameType.Cancel, FrameFlags.None, 0, StreamId);
        }

        foreach (var lease in received)
        {
            _connection!.Borrowed.ReturnUnopened(lease);
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
        _ended.Cancel();
        return true;
    }

    private void OnTrailers(FrameReader frame)
    {
        if ((frame.Header.Flags & FrameFlags.More) != 0)
        {
            throw new ProtocolViolationException("trailers hold a message that goes on after them");
        }

        var head = TrailersHead.Read(frame.Head);
        OnBody(frame);
        CloseStream((frame.Header.Flags & FrameFlags.KeepsLeases) == 0);
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
            lock (_gate)
            {
                var bytes = Memory<byte>.Empty;
                return (_lent is not null && _lent.ContainsKey(lease) && connection.Leases.TryGetLent(lease, out bytes), bytes);
            }
        });
    }

    /// <summary>The host's trailers have come: nothing but releases of kept leases can follow.</summary>
    private void CloseStream(bool returnLeases)
    {
        KeyValuePair<ulong, int>[] back = [];
        bool done;
        lock (_gate)
        {
            _closed = true;
            _keepsLeases = !returnLeases && _lent is { Count: > 0 };
            if (returnLeases && _lent is not null)
            {
                back = [.. _lent];
                _lent = null;
            }

            done = !_keepsLeases;
        }

        DropAssembly();
        foreach (var (lease, count) in back)
        {
            _connection!.Leases.TryTakeBack(lease, count);
        }

        if (done)
        {
            _connection?.CloseStream(this);
        }
    }

    private void TakeBack(ulong lease, uint count)
    {
        if (!TakeBackIfLent(lease, count))
        {
            throw new ProtocolViolationException($"lease {lease} was released {count} times more than it was lent");
        }
    }

    private bool TakeBackIfLent(ulong lease, uint count)
    {
        bool done;
        lock (_gate)
        {
            if (count == 0 || _lent is null || _lent.GetValueOrDefault(lease) is var lent && lent < count)
            {
                return false;
            }

            _lent[lease] -= (int)count;
            if (_lent[lease] == 0)
            {
                _lent.Remove(lease);
            }

            done = _keepsLeases && _lent.Count == 0;
        }

        _connection!.Leases.TryTakeBack(lease, count);
        if (done)
        {
            _connection.CloseStream(this);
        }

        return true;
    }

    private bool TryOpenStream(ClientConnection connection)
    {
        _connection = connection;
        Attach(connection);
        _methodNumber = connection.NumberOf(Method, out var defined);
        _definesMethod = defined ? null : Method;
        return connection.TryOpenStream(this);
    }

    /// <summary>A call that ended before its first frame was written leaves no stream behind.</summary>
    private void AbandonUnopened()
    {
        bool opened;
        lock (_gate)
        {
            opened = _opened;
        }

        if (!opened && StreamId != 0)
        {
            _connection!.CloseStream(this);
        }
    }

    private void CheckMetadata(ClientConnection connection)
    {
        var bytes = MetadataCodec.Measure(_options.Headers);
        if (bytes > connection.Agreed.PeerLimits.MaxMetadataBytes)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted,
                $"the metadata has {bytes} bytes and the host's limit is {connection.Agreed.PeerLimits.MaxMetadataBytes} (MaxMetadataBytes)"));
        }
    }
}
