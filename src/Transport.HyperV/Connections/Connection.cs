using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using WinApi.Transport.HyperV.Diagnostics;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Frames.Rings;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>
/// One socket after its handshake: reads frames and hands them to their streams, keeps the heartbeat, owns the memory
/// both sides share. What differs between client and host is in the two classes derived from it.
/// Safe for use by many threads.
/// </summary>
internal abstract class Connection
{
    private const int ReleaseEntryBytes = 12;

    // Nothing is read any more of a peer that broke the protocol; one that does not take the goodbye is not waited for.
    private static readonly TimeSpan s_violatorMayTake = TimeSpan.FromSeconds(1);

    private readonly SocketStream _socket;
    private readonly RingStream? _ring;
    private readonly FrameLoop _loop;
    private readonly SharedMapping? _mapping;
    private readonly TaskCompletionSource<Disconnection> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Heartbeat _heartbeat;
    private readonly FrameTrace? _trace;
    private readonly bool _isClient;
    private Disconnection? _goodbye;
    private int _closing;

    private protected Connection(
        SocketStream socket, ConnectionSettings settings, HandshakeResult agreed, bool isClient)
    {
        _socket = socket;
        _mapping = agreed.Memory.Mapping;
        _isClient = isClient;
        _trace = FrameTrace.For(settings.Logger, isClient, agreed.Session);
        Settings = settings;
        Agreed = agreed;
        var (requestStart, responseStart) = (MappingLayout.RequestStart, agreed.Layout.ResponseStart);
        var (requestBytes, responseBytes) = (agreed.Layout.RequestBytes, agreed.Layout.ResponseBytes);
        Region = isClient
            ? new Region(_mapping, requestStart, requestBytes)
            : new Region(_mapping, responseStart, responseBytes);
        (PeerRegionStart, PeerRegionLength) = isClient ? (responseStart, responseBytes) : (requestStart, requestBytes);
        PieceBytes = ConnectionSettings.PieceBytesFor(agreed.PeerLimits);
        Limits = settings.NewLimits?.Invoke();
        BorrowQuota = new BorrowQuota(PeerRegionLength, Limits?.Buffers);
        if (agreed.UsesRings)
        {
            _ring = new RingStream(_mapping!, socket, isClient, settings.SpinTime);
            agreed.Reader.ContinueOn(_ring);
        }

        Writer = new FrameWriter(_ring is null ? socket : _ring, OnWriteFault, _trace);
        _loop = new FrameLoop(agreed.Reader, _ring is null ? socket : _ring, Writer, OnFrame, OnReadToEndAsync);
        _heartbeat = new Heartbeat(settings.HeartbeatInterval, settings.HeartbeatTimeout, SendPing, OnHeartbeatTimeout);
    }

    public ConnectionSettings Settings { get; }

    public HandshakeResult Agreed { get; }

    /// <summary>How much of a message goes into one frame.</summary>
    public int PieceBytes { get; }

    public FrameWriter Writer { get; }

    /// <summary>The region this side allocates in.</summary>
    public Region Region { get; }

    /// <summary>The leases of this side's region.</summary>
    public LeaseTable Leases { get; } = new();

    public SharedMapping? Mapping => _mapping;

    public long PeerRegionStart { get; }

    public long PeerRegionLength { get; }

    public BorrowQuota BorrowQuota { get; }

    /// <summary>What a host lets the client take at a time; null at a client.</summary>
    public ConnectionLimits? Limits { get; }

    /// <summary>Completes when the connection has ended and every stream was told.</summary>
    public Task<Disconnection> Ended => _ended.Task;

    /// <summary>Completes after <see cref="Ended"/>, when this connection itself uses the shared memory no more.</summary>
    public Task LetGo => _loop.Completion;

    /// <summary>Runs what a frame of the stream has set off; see <see cref="FrameLoop.RunSoon"/>.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="work">What to run.</param>
    /// <param name="pace">How soon it returns; null where that is not known.</param>
    public void RunSoon(ConnectionStream stream, IThreadPoolWorkItem work, WorkPace? pace) =>
        _loop.RunSoon(work, pace is null || pace.IsQuick || (pace.IsShort && IsAlone(stream)));

    public bool IsOpen => Volatile.Read(ref _closing) == 0;

    /// <summary>Set once the peer has said that it takes no new calls.</summary>
    public bool PeerSaidGoodbye => Volatile.Read(ref _goodbye) is not null;

    private protected ILogger Logger => Settings.Logger;

    private protected FrameLoop Loop => _loop;

    /// <summary>Starts reading.</summary>
    public void Start()
    {
        ConnectionLog.Opened(
            Logger, Agreed.Session, Agreed.PeerAgent, Agreed.Version, Agreed.Authentication,
            _mapping is null ? $"none ({Agreed.Memory.Reason})" : Agreed.Memory.Kind);
        ConnectionMetrics.Add(this, _isClient);
        if (!IsOpen)
        {
            ConnectionMetrics.Remove(this); // closed before it was started
        }

        _heartbeat.Start();
        _loop.Start();
    }

    /// <summary>Tells the peer that this side takes or makes no new calls.</summary>
    public virtual void SayGoodbye(DisconnectReason reason, string message) => SayGoodbye(reason, message, lastStream: 0);

    /// <summary>Says goodbye, sends what is written, and ends the connection.</summary>
    public async Task CloseAsync(string message)
    {
        if (IsOpen)
        {
            SayGoodbye(DisconnectReason.LocalShutdown, message);
            await Writer.DrainAsync().ConfigureAwait(false);
            await WaitForPeerAsync().ConfigureAwait(false);
        }

        End(new Disconnection(DisconnectReason.LocalShutdown, message));
        await Ended.ConfigureAwait(false);
    }

    /// <summary>Ends the connection at once. Only the first call counts.</summary>
    public void End(Disconnection disconnection)
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0)
        {
            return;
        }

        ConnectionLog.Ended(Logger, Agreed.Session, disconnection.Reason, disconnection.Message);
        ConnectionMetrics.Remove(this);
        _heartbeat.Dispose();
        Writer.Dispose();
        _socket.Dispose();
        foreach (var stream in TakeAllStreams())
        {
            stream.OnDisconnected(disconnection);
        }

        Region.Close();
        Leases.TakeBackAll();
        OnEnded();
        _mapping?.Leave();
        _ended.TrySetResult(disconnection);
    }

    public ConnectionInfo Describe(TransportEndpoint endpoint) => new(
        endpoint.ToString(), Agreed.Version, Agreed.PeerAgent, Agreed.Session, Agreed.Authentication,
        Agreed.Memory.Kind, Agreed.Memory.Reason, Agreed.Memory.Attempts, Agreed.UsesRings,
        Agreed.Layout.RequestBytes, Agreed.Layout.ResponseBytes);

    /// <summary>Rents bytes of this side's region for a user, waiting while it is full.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED, or UNAVAILABLE where the connection ends meanwhile.</exception>
    /// <param name="length">In bytes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="onDisposed">Called once, when the buffer is disposed.</param>
    public async ValueTask<SharedBuffer> RentBufferAsync(
        int length, CancellationToken cancellationToken, Action? onDisposed = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > Region.Length)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted,
                $"a buffer of {length} bytes does not fit the region of {Region.Length} bytes (half of SharedMemoryBytes)"));
        }

        try
        {
            var block = await Region.RentAsync(length, cancellationToken).ConfigureAwait(false);
            var lease = Leases.Rent(block);
            return new SharedBuffer(
                lease.Id, block.Offset, block.Memory, block.IsShared, BufferAccess.ReadWrite,
                () =>
                {
                    Leases.EndRent(lease);
                    onDisposed?.Invoke();
                });
        }
        catch (ObjectDisposedException)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the connection ended while a buffer was waited for"));
        }
    }

    /// <summary>Gives leases back to the peer: of a stream, or with stream 0 of the connection.</summary>
    public void SendRelease(uint stream, ulong lease, long count)
    {
        Span<byte> entry = stackalloc byte[ReleaseEntryBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(entry, lease);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], (uint)count);
        Writer.WriteSoon(FrameType.Release, stream, entry);
    }

    /// <summary>Reads a buffer frame: the lease, where in it the bytes belong, and the bytes.</summary>
    /// <exception cref="ProtocolViolationException">The bytes do not fit the lease.</exception>
    public static void CopyBufferPiece(FrameReader frame, Func<ulong, (bool Found, Memory<byte> Bytes)> findLease)
    {
        var (lease, start) = BufferHead.Read(frame.Head);
        var (found, bytes) = findLease(lease);
        if (!found)
        {
            return; // given back meanwhile
        }

        if (start > (ulong)bytes.Length || (ulong)frame.Body.Length > (ulong)bytes.Length - start)
        {
            throw new ProtocolViolationException("bytes of a buffer reach past its end");
        }

        frame.Body.CopyTo(bytes.Span[(int)start..]);
    }

    private protected void SayGoodbye(DisconnectReason reason, string message, uint lastStream)
    {
        Writer.Append(FrameType.Goodbye, FrameFlags.None, (ushort)reason, lastStream, body: Encoding.UTF8.GetBytes(message));
        Writer.Flush();
    }

    /// <summary>Gives the peer a moment to read what was sent last, where closing at once could lose it.</summary>
    private protected virtual Task WaitForPeerAsync() => Task.CompletedTask;

    private protected abstract ConnectionStream? FindStream(uint id);

    /// <summary>Empties the table of streams for good; whatever comes later is turned away.</summary>
    private protected abstract IReadOnlyList<ConnectionStream> TakeAllStreams();

    /// <summary>Whether no other stream is open.</summary>
    private protected abstract bool IsAlone(ConnectionStream stream);

    /// <summary>A frame that only one of the two sides may send; false if this one may not get it.</summary>
    private protected abstract bool TryDispatch(FrameReader frame);

    /// <summary>A message, or bytes of a buffer, of a stream that has ended here.</summary>
    private protected abstract void OnFrameForEndedStream(FrameReader frame);

    /// <param name="disconnection">What the peer says.</param>
    /// <param name="lastStream">From a host: the last stream it has taken up.</param>
    private protected abstract void OnPeerGoodbye(Disconnection disconnection, uint lastStream);

    private protected virtual void OnEnded()
    {
    }

    private void OnFrame(FrameReader frame)
    {
        _heartbeat.OnReceived();
        _trace?.Received(frame);
        Dispatch(frame);
    }

    /// <param name="failure">Null: the peer has closed between two frames.</param>
    private async Task OnReadToEndAsync(Exception? failure)
    {
        switch (failure)
        {
            case null:
                End(_goodbye ?? new Disconnection(
                    DisconnectReason.PeerLost, "the peer closed the connection without a goodbye: its process has probably ended"));
                break;
            case EndOfStreamException:
                End(_goodbye ?? new Disconnection(DisconnectReason.PeerLost, failure.Message));
                break;
            case ProtocolViolationException:
                await EndForViolationAsync(failure.Message).ConfigureAwait(false);
                break;
            case SocketException or IOException or ObjectDisposedException:
                End(_goodbye ?? new Disconnection(DisconnectReason.SocketError, failure.Message));
                break;
            default:
                ConnectionLog.Failed(Logger, failure, Agreed.Session);
                End(new Disconnection(DisconnectReason.InternalError, failure.Message));
                break;
        }
    }

    private async Task EndForViolationAsync(string message)
    {
        ConnectionLog.Violation(Logger, Agreed.Session, message);
        SayGoodbye(DisconnectReason.PeerViolation, message);
        await Task.WhenAny(Writer.DrainAsync(), Task.Delay(s_violatorMayTake)).ConfigureAwait(false);
        End(new Disconnection(DisconnectReason.PeerViolation, message));
    }

    private void Dispatch(FrameReader frame)
    {
        var header = frame.Header;
        switch (header.Type)
        {
            case FrameType.Message or FrameType.Buffer when FindStream(header.Stream) is null:
                OnFrameForEndedStream(frame);
                break;
            case FrameType.Message or FrameType.Window or FrameType.Buffer:
                FindStream(header.Stream)?.OnFrame(frame);
                break;
            case FrameType.Release when header.Stream != 0:
                FindStream(header.Stream)?.OnFrame(frame);
                break;
            case FrameType.Release:
                ReadReleases(frame.Body, TakeBack);
                break;
            case FrameType.Ping:
                Writer.Write(FrameType.Pong, FrameFlags.None, 0, 0);
                break;
            case FrameType.Pong:
                break;
            case FrameType.Goodbye:
                var reason = header.Code == (ushort)DisconnectReason.PeerViolation
                    ? "the peer says that this side broke the protocol: " : string.Empty;
                var goodbye = new Disconnection(DisconnectReason.PeerShutdown, reason + Encoding.UTF8.GetString(frame.Body));
                Volatile.Write(ref _goodbye, goodbye);
                OnPeerGoodbye(goodbye, header.Stream);
                break;
            default:
                if (!TryDispatch(frame))
                {
                    throw new ProtocolViolationException($"frame type {(int)header.Type} is not expected here");
                }

                break;
        }
    }

    /// <summary>Reads the entries of a release frame.</summary>
    internal static void ReadReleases(ReadOnlySpan<byte> body, Action<ulong, uint> takeBack)
    {
        if (body.Length == 0 || body.Length % ReleaseEntryBytes != 0)
        {
            throw new ProtocolViolationException("a release frame does not hold whole entries");
        }

        for (; body.Length > 0; body = body[ReleaseEntryBytes..])
        {
            takeBack(
                BinaryPrimitives.ReadUInt64LittleEndian(body), BinaryPrimitives.ReadUInt32LittleEndian(body[8..]));
        }
    }

    private void TakeBack(ulong lease, uint count)
    {
        if (!Leases.TryTakeBack(lease, count))
        {
            throw new ProtocolViolationException($"lease {lease} was released {count} times more than it was lent");
        }
    }

    private void SendPing() => Writer.Write(FrameType.Ping, FrameFlags.None, 0, 0);

    private void OnHeartbeatTimeout() => End(new Disconnection(
        DisconnectReason.HeartbeatTimeout, $"the peer did not answer for {Settings.HeartbeatTimeout.TotalSeconds:0.#} s"));

    /// <summary>Where the peer has closed, what it said last may still be unread: the reader ends the connection then.</summary>
    private void OnWriteFault(Exception fault)
    {
        if (fault is not (SocketException or ObjectDisposedException))
        {
            var reason = fault is ProtocolViolationException ? DisconnectReason.PeerViolation : DisconnectReason.PeerNotReading;
            End(new Disconnection(reason, fault.Message));
        }
    }
}
