using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>The client's side of a connection: opens streams, and holds what the host lends in its replies.</summary>
internal sealed class ClientConnection : Connection
{
    // Numbers are not used twice: before they run out, a new connection takes over.
    private const uint LastStreamId = uint.MaxValue - 1;

    // Whatever the host allows: the semaphore counts in int, and gets one more at the end.
    private const uint MostSlots = int.MaxValue / 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<uint, ConnectionStream> _streams = [];
    private readonly Dictionary<string, ClientMethod> _methods = [];
    private readonly SemaphoreSlim _slots;
    private uint _lastStreamId;
    private bool _refusesStreams;
    private bool _sentWaitersAway;

    public ClientConnection(SocketStream socket, ConnectionSettings settings, HandshakeResult agreed)
        : base(socket, settings, agreed, isClient: true)
    {
        _slots = new SemaphoreSlim((int)Math.Clamp(agreed.PeerLimits.MaxConcurrentCalls, 1, MostSlots));
        Borrowed = new BorrowTable(
            Mapping, PeerRegionStart, PeerRegionLength, BorrowQuota, (lease, lends) => SendRelease(0, lease, lends));
    }

    /// <summary>What the host has lent in replies.</summary>
    public BorrowTable Borrowed { get; }

    /// <summary>Whether new calls may start here.</summary>
    public bool AcceptsCalls => IsOpen && !Volatile.Read(ref _refusesStreams);

    /// <summary>
    /// For a caller that will wait for its reply: takes the reading, before the request is written, so that the
    /// peer finds somebody awake. False where somebody reads already.
    /// </summary>
    public bool TryBeginReading() => Loop.TryBeginReading();

    /// <summary>
    /// After <see cref="TryBeginReading"/>: reads until the call has ended or nothing comes for a while, when it is left to the
    /// loop.
    /// </summary>
    public void ReadUntilEnded(ConnectionStream call)
    {
        Loop.ReadUntilEnded(call);
        lock (_gate)
        {
            if (call.IsReadByCaller && _streams.ContainsKey(call.StreamId))
            {
                Loop.BeginWanting();
            }

            call.IsReadByCaller = false;
        }
    }

    /// <summary>Takes a slot if one is free.</summary>
    public bool TryTakeSlot() => _slots.Wait(0, CancellationToken.None);

    /// <summary>Waits while as many calls run as the host allows.</summary>
    public Task WaitForSlotAsync(CancellationToken cancellationToken) => _slots.WaitAsync(cancellationToken);

    /// <summary>Gives back a slot that no stream was opened for.</summary>
    public void ReturnSlot() => _slots.Release();

    /// <summary>
    /// Numbers a stream and appends its call frame in one go, so that streams open in the order of their numbers;
    /// false if the connection takes no more.
    /// </summary>
    public bool TryOpenStream(
        ConnectionStream stream, FrameFlags flags, ushort method,
        ReadOnlySpan<byte> head, ReadOnlySpan<byte> bodyStart, ReadOnlySpan<byte> body)
    {
        lock (_gate)
        {
            _refusesStreams |= _lastStreamId == LastStreamId;
            if (_refusesStreams)
            {
                return false;
            }

            stream.StreamId = ++_lastStreamId;
            _streams.Add(stream.StreamId, stream);
            if (!stream.IsReadByCaller)
            {
                Loop.BeginWanting();
            }

            Writer.Append(FrameType.Call, flags, method, stream.StreamId, head, bodyStart, body);
            return true;
        }
    }

    /// <summary>The stream is over on both sides; its slot is free.</summary>
    public void CloseStream(ConnectionStream stream)
    {
        bool removed, last;
        lock (_gate)
        {
            removed = _streams.Remove(stream.StreamId);
            if (removed && !stream.IsReadByCaller)
            {
                Loop.EndWanting();
            }

            last = _streams.Count == 0 && _refusesStreams;
        }

        if (!removed)
        {
            return;
        }

        _slots.Release();
        if (last)
        {
            _ = CloseAsync("no call is left and none will come");
        }
    }

    /// <summary>What is known here of a method; more methods than numbers share 0, which every call of theirs defines anew.</summary>
    public ClientMethod MethodOf(string name)
    {
        lock (_methods)
        {
            if (!_methods.TryGetValue(name, out var method))
            {
                var number = _methods.Count + 1;
                method = new ClientMethod((ushort)(number <= HostConnection.MaxMethods ? number : 0));
                if (method.Number != 0)
                {
                    _methods.Add(name, method);
                }
            }

            return method;
        }
    }

    private protected override ConnectionStream? FindStream(uint id)
    {
        lock (_gate)
        {
            if (id == 0 || id > _lastStreamId)
            {
                throw new ProtocolViolationException($"a frame is for stream {id}, which was never opened");
            }

            return _streams.GetValueOrDefault(id);
        }
    }

    private protected override bool IsAlone(ConnectionStream stream)
    {
        lock (_gate)
        {
            return _streams.Count == (_streams.ContainsKey(stream.StreamId) ? 1 : 0);
        }
    }

    private protected override IReadOnlyList<ConnectionStream> TakeAllStreams()
    {
        ConnectionStream[] all;
        lock (_gate)
        {
            _refusesStreams = true;
            all = [.. _streams.Values];
            _streams.Clear();
        }

        SendWaitersAway();
        return all;
    }

    private protected override bool TryDispatch(FrameReader frame)
    {
        if (frame.Header.Type is not (FrameType.Headers or FrameType.Trailers))
        {
            return false;
        }

        if (FindStream(frame.Header.Stream) is { } stream)
        {
            stream.OnFrame(frame);
        }
        else
        {
            OnFrameForEndedStream(frame);
        }

        return true;
    }

    private protected override void OnFrameForEndedStream(FrameReader frame) => throw new ProtocolViolationException(
        $"frame type {(int)frame.Header.Type} came after the end of stream {frame.Header.Stream}");

    /// <summary>Calls that the host never took up are told so at once; the others run on.</summary>
    private protected override void OnPeerGoodbye(Disconnection disconnection, uint lastStream)
    {
        ConnectionStream[] unprocessed;
        bool idle;
        lock (_gate)
        {
            _refusesStreams = true;
            unprocessed = [.. _streams.Values.Where(stream => stream.StreamId > lastStream)];
            foreach (var stream in unprocessed)
            {
                _streams.Remove(stream.StreamId);
                if (!stream.IsReadByCaller)
                {
                    Loop.EndWanting();
                }
            }

            idle = _streams.Count == 0;
        }

        SendWaitersAway();
        foreach (var stream in unprocessed)
        {
            stream.OnDisconnected(disconnection with { Unprocessed = true });
        }

        if (idle)
        {
            _ = CloseAsync("the host shuts down and no call is left");
        }
    }

    private protected override void OnEnded() => Borrowed.CloseAll();

    /// <summary>Who waits for a slot gets one, finds that no call starts here any more, and hands it to the next.</summary>
    private void SendWaitersAway()
    {
        if (!Interlocked.Exchange(ref _sentWaitersAway, true))
        {
            _slots.Release();
        }
    }
}
