using WinApi.Transport.HyperV.Connections.Auditing;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>The host's side of a connection: every call frame opens a stream.</summary>
internal sealed class HostConnection : Connection
{
    /// <summary>The largest method number a client may define.</summary>
    public const int MaxMethods = 4096;

    // A client that has nothing running closes when it reads the goodbye; one that does not gets no longer than this.
    private static readonly TimeSpan s_peerMayTake = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<uint, ConnectionStream> _streams = [];
    private readonly string?[] _methods = new string?[MaxMethods + 1];
    private readonly Func<HostConnection, string, FrameReader, ConnectionStream?> _openCall;
    private uint _lastStreamId;
    private uint _lastServedId;
    private bool _saidGoodbye;
    private bool _closed;
    private TaskCompletionSource? _idle;

    /// <param name="socket">The socket.</param>
    /// <param name="settings">What the host brings.</param>
    /// <param name="agreed">The outcome of the handshake.</param>
    /// <param name="client">Who is at the other end.</param>
    /// <param name="openCall">
    /// Makes the stream of a call frame, given the method's full name, after <see cref="TakeCall"/>; null where it has answered
    /// the call already.
    /// </param>
    public HostConnection(
        SocketStream socket,
        ConnectionSettings settings,
        HandshakeResult agreed,
        ClientIdentity client,
        Func<HostConnection, string, FrameReader, ConnectionStream?> openCall)
        : base(socket, settings, agreed, isClient: false)
    {
        Client = client;
        Policy = settings.Authorize is { } authorizer ? new ConnectionPolicy(authorizer, client, settings.Logger) : null;
        _openCall = openCall;
    }

    /// <summary>Streams that serve again.</summary>
    public SpareStreams Spares { get; } = new();

    public IReadOnlyList<ConnectionStream> Streams
    {
        get
        {
            lock (_gate)
            {
                return [.. _streams.Values];
            }
        }
    }

    /// <summary>Who is at the other end.</summary>
    public ClientIdentity Client { get; }

    /// <summary>What the client may call; null: everything.</summary>
    public ConnectionPolicy? Policy { get; }

    /// <summary>Takes the place of a call, or says which limit is reached.</summary>
    public string? TakeCall() => Limits?.Calls.TryTake(1)?.Problem;

    /// <summary>A call makes room for another; before its client is told that it has ended.</summary>
    public void LeaveCall() => Limits?.Calls.Return(1);

    /// <summary>The client wanted more than a limit lets it have.</summary>
    public void NoteLimit(string method, string reason) => Settings.Audit?.HitLimit(Client, method, reason);

    /// <summary>The handler of the stream has ended and its status is sent.</summary>
    public void CloseStream(ConnectionStream stream)
    {
        lock (_gate)
        {
            _streams.Remove(stream.StreamId);
            if (_streams.Count == 0)
            {
                _idle?.TrySetResult();
            }
        }
    }

    /// <summary>Says goodbye and which stream was the last that is served; those that come later are dropped.</summary>
    public override void SayGoodbye(DisconnectReason reason, string message)
    {
        uint last;
        lock (_gate)
        {
            _saidGoodbye = true;
            last = _lastServedId;
        }

        SayGoodbye(reason, message, last);
    }

    /// <summary>Completes when no call runs here.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            if (_streams.Count == 0)
            {
                return Task.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
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
        lock (_gate)
        {
            _closed = true;
            ConnectionStream[] all = [.. _streams.Values];
            _streams.Clear();
            _idle?.TrySetResult();
            return all;
        }
    }

    private protected override bool TryDispatch(FrameReader frame)
    {
        switch (frame.Header.Type)
        {
            case FrameType.Call:
                OnCall(frame);
                return true;
            case FrameType.Cancel:
                FindStream(frame.Header.Stream)?.OnFrame(frame);
                return true;
            default:
                return false;
        }
    }

    /// <summary>What the message held of this side's or the peer's goes back; the rest is dropped.</summary>
    private protected override void OnFrameForEndedStream(FrameReader frame)
    {
        if (frame.Header.Type == FrameType.Message)
        {
            ReturnLeases(frame);
        }
    }

    private protected override void OnPeerGoodbye(Disconnection disconnection, uint lastStream) => End(disconnection);

    private protected override void OnEnded() => Limits?.Dispose();

    private protected override async Task WaitForPeerAsync() =>
        await Task.WhenAny(Ended, Task.Delay(s_peerMayTake)).ConfigureAwait(false);

    private void OnCall(FrameReader frame)
    {
        var header = frame.Header;
        if (header.Stream <= _lastStreamId)
        {
            throw new ProtocolViolationException($"stream {header.Stream} was opened again or out of order");
        }

        lock (_gate)
        {
            _lastStreamId = header.Stream;
            _lastServedId = _saidGoodbye ? _lastServedId : header.Stream;
        }

        if (_lastServedId != header.Stream)
        {
            ReturnLeases(frame);
            return;
        }

        var name = MethodOf(header, frame.Head);
        if (_openCall(this, name, frame) is not { } stream)
        {
            ReturnLeases(frame);
            return;
        }

        lock (_gate)
        {
            if (_closed)
            {
                LeaveCall();
                return;
            }

            stream.StreamId = header.Stream;
            _streams.Add(header.Stream, stream);
        }

        stream.OnFrame(frame);
    }

    /// <summary>Gives back what an unread message came in and what it lent.</summary>
    private void ReturnLeases(FrameReader frame)
    {
        var body = MessageBody.Read(frame.Header.Flags, frame.Body);
        for (var i = 0; i < body.LendCount; i++)
        {
            SendRelease(frame.Header.Stream, body.Lend(i).Lease, 1);
        }

        if (body.IsShared)
        {
            SendRelease(0, body.Descriptor.Lease, 1);
        }
    }

    private string MethodOf(FrameHeader header, ReadOnlySpan<byte> head)
    {
        if (header.Code > MaxMethods)
        {
            throw new ProtocolViolationException($"method number {header.Code} is over the limit of {MaxMethods}");
        }

        if (header.Flags.HasFlag(FrameFlags.DefinesMethod))
        {
            _methods[header.Code] = CallHead.ReadMethod(head);
        }

        return _methods[header.Code]
            ?? throw new ProtocolViolationException($"method number {header.Code} was never defined");
    }
}
