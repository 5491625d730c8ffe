using System.Net.Sockets;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using WinApi.Transport.HyperV.Calls;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Connections.Auditing;
using WinApi.Transport.HyperV.Connections.Authentication;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.JsonLines;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Server;

/// <summary>Accepts connections, shakes hands, opens calls, and closes it all when the server stops.</summary>
internal sealed class ConnectionAcceptor(
    HyperVServerOptions options, ConnectionSettings settings, HyperVServiceBinder services)
{
    // Out of descriptors, say: a moment for others to close some.
    private static readonly TimeSpan s_pauseAfterFailedAccept = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly HashSet<HostConnection> _connections = [];
    private int _taken;
    private int _turnedAway;
    private volatile bool _stopping;

    /// <summary>What clients must know where the settings ask for it. Set before accepting starts.</summary>
    public Token? Token { get; set; }

    /// <summary>The name of the file that the token is in.</summary>
    public string? TokenName { get; set; }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>Accepts until the token fires or the listener is disposed.</summary>
    public async Task AcceptAllAsync(EndpointListener listener, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
                _ = ServeAsync(socket, listener.Endpoint, cancellationToken);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (!cancellationToken.IsCancellationRequested)
            {
                ConnectionLog.AcceptFailed(settings.Logger, e, listener.Endpoint.ToString());
                await Task.Delay(s_pauseAfterFailedAccept, CancellationToken.None).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }

    /// <summary>Tells every client that no new call is taken, from now on.</summary>
    public void SayGoodbye()
    {
        lock (_gate)
        {
            _stopping = true;
            foreach (var connection in _connections)
            {
                connection.SayGoodbye(DisconnectReason.LocalShutdown, "the host is shutting down");
            }
        }
    }

    /// <summary>After the goodbye: waits for the running calls until the token fires, then cancels them; closes.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        HostConnection[] open;
        lock (_gate)
        {
            open = [.. _connections];
        }

        await Task.WhenAll(open.Select(connection => CloseAsync(connection, cancellationToken))).ConfigureAwait(false);
        lock (_gate)
        {
            _connections.Clear();
        }
    }

    private static async Task CloseAsync(HostConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.WhenIdleAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            foreach (var stream in connection.Streams)
            {
                ((ServerCall)stream).Abort("the host has shut down");
            }
        }

        await connection.CloseAsync("the host has shut down").ConfigureAwait(false);
    }

    private async Task ServeAsync(Socket accepted, TransportEndpoint endpoint, CancellationToken stopping)
    {
        var socket = new SocketStream(accepted, endpoint.PassesDescriptors);
        if (!TryTakePlace(out var full))
        {
            settings.Audit?.RefuseConnection(
                AuditedRefusal.LimitHit, Identify(accepted, endpoint), $"{full!.Message}, and as many are being told so: closed");
            socket.Dispose();
            return;
        }

        ClientIdentity? client = null;
        HostConnection? connection = null;
        var kind = full is null ? AuditedRefusal.UserMismatch : AuditedRefusal.LimitHit;
        try
        {
            using var timeout = new CancellationTokenSource(options.HandshakeTimeout);
            client = Identify(accepted, endpoint);
            var token = settings.RequiresToken(endpoint) ? Token : null;
            var refusal = full ?? RefuseUser(accepted);
            kind = refusal is null ? AuditedRefusal.ConnectionRefused : kind;
            var admission = new HostAdmission(refusal, token, endpoint.VirtualMachineId ?? options.VirtualMachineId);
            if (endpoint.IsLoopback && token is null && await SpeaksJsonAsync(socket, timeout.Token).ConfigureAwait(false))
            {
                await ServeJsonAsync(accepted, endpoint, refusal ?? RefuseOtherUser(accepted), stopping).ConfigureAwait(false);
                return;
            }

            var agreed = await HostHandshake.RunAsync(socket, settings, admission, timeout.Token).ConfigureAwait(false);
            connection = new HostConnection(
                socket, settings, agreed, token is null ? client : client.WithToken(TokenName), OpenCall);
            await RunAsync(connection).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            var reason = e is OperationCanceledException
                ? $"nothing complete within {options.HandshakeTimeout.TotalSeconds:0.#} s (HandshakeTimeout)" : e.Message;
            ConnectionLog.HandshakeFailed(settings.Logger, reason);
            settings.Audit?.RefuseConnection(
                e is HandshakeException { StatusCode: StatusCode.Unauthenticated } ? AuditedRefusal.TokenWrong
                    : e is HandshakeException ? kind : AuditedRefusal.ConnectionRefused,
                client ?? new ClientIdentity { Endpoint = endpoint.ToString() }, reason);
        }
        finally
        {
            socket.Dispose();
            LeavePlace(connection, wasTaken: full is null);
        }
    }

    /// <summary>What the system knows of a client before it has said a word.</summary>
    private static ClientIdentity Identify(Socket accepted, TransportEndpoint endpoint) => new()
    {
        Endpoint = endpoint.ToString(),
        UserId = PeerUser.Of(accepted),
        VirtualMachineId = (accepted.RemoteEndPoint as HvSocketAddress)?.VmId ?? endpoint.VirtualMachineId,
        VsockCid = (accepted.RemoteEndPoint as VsockAddress)?.Cid,
    };

    private static async Task<bool> SpeaksJsonAsync(SocketStream socket, CancellationToken cancellationToken) =>
        await HandshakeThread.RunAsync(socket, socket.PeekByte, cancellationToken).ConfigureAwait(false) == JsonConnection.FirstByte;

    /// <summary>The calls of a client that speaks JSON are made on a connection of the usual kind, from this process.</summary>
    private async Task ServeJsonAsync(
        Socket accepted, TransportEndpoint endpoint, Refusal? refusal, CancellationToken stopping)
    {
        if (refusal is not null)
        {
            var error = JsonReply.Error(default, (StatusCode)refusal.StatusCode, refusal.Message);
            using var limit = new CancellationTokenSource(options.HandshakeTimeout);
            await JsonReply.SendAsync(accepted, error, limit.Token).ConfigureAwait(false);
            throw new HandshakeException((StatusCode)refusal.StatusCode, refusal.Message);
        }

        var channel = new HyperVChannel(new HyperVChannelOptions
        {
            Endpoint = endpoint,
            Authentication = options.Authentication,
            SharedMemory = SharedMemoryMode.None,
            MaxReceiveMessageBytes = options.MaxSendMessageBytes,
            LoggerFactory = NullLoggerFactory.Instance, // the host's end of it logs
        });
        await using (channel.ConfigureAwait(false))
        {
            await new JsonConnection(accepted, services, channel.CreateCallInvoker(), options.HeartbeatTimeout)
                .RunAsync(stopping).ConfigureAwait(false);
        }
    }

    private Refusal? RefuseUser(Socket accepted) => RefuseUser(settings.RefusePeer(accepted));

    /// <summary>Whatever the settings say: calls in JSON are made in the name of the host's own user.</summary>
    private static Refusal? RefuseOtherUser(Socket accepted) => RefuseUser(PeerUser.Mismatch(accepted));

    private static Refusal? RefuseUser(string? stranger) => stranger is null ? null
        : new Refusal { StatusCode = (uint)StatusCode.PermissionDenied, Message = $"the client belongs to {stranger}" };

    /// <summary>
    /// Counts a connection from its first moment. One too many is told why; false where as many as that are being told already.
    /// </summary>
    private bool TryTakePlace(out Refusal? refusal)
    {
        lock (_gate)
        {
            refusal = _taken < options.MaxConnections ? null : new Refusal
            {
                StatusCode = (uint)StatusCode.ResourceExhausted,
                Message = $"the limit of {options.MaxConnections} connections is reached (MaxConnections)",
            };
            if (refusal is null)
            {
                _taken++;
                return true;
            }

            if (_turnedAway == options.MaxConnections)
            {
                return false;
            }

            _turnedAway++;
            return true;
        }
    }

    private void LeavePlace(HostConnection? connection, bool wasTaken)
    {
        lock (_gate)
        {
            _taken -= wasTaken ? 1 : 0;
            _turnedAway -= wasTaken ? 0 : 1;
            if (connection is not null)
            {
                _connections.Remove(connection);
            }
        }
    }

    private async Task RunAsync(HostConnection connection)
    {
        bool tooLate;
        lock (_gate)
        {
            tooLate = _stopping;
            if (!tooLate)
            {
                _connections.Add(connection);
            }
        }

        if (tooLate)
        {
            // Before anything is read: a call that is taken now would be served by a host that has stopped.
            connection.SayGoodbye(DisconnectReason.LocalShutdown, "the host is shutting down");
        }

        connection.Start();
        if (tooLate)
        {
            await connection.CloseAsync("the host is shutting down").ConfigureAwait(false);
        }

        await connection.Ended.ConfigureAwait(false);
        await connection.LetGo.ConfigureAwait(false);
    }

    private ServerCall? OpenCall(HostConnection connection, string method, FrameReader frame)
    {
        var refusal = Refuse(connection, method, frame, out var served);
        if (refusal is null)
        {
            var head = CallHead.Read(frame.Head, (frame.Header.Flags & FrameFlags.DefinesMethod) != 0);
            if (connection.TakeCall() is not { } problem)
            {
                return served!.BeginCall(connection, head);
            }

            refusal = OverLimit(connection, method, problem);
        }

        using var trailers = new PooledBytes(256);
        new TrailersHead(refusal.Value.Detail, null).Write(trailers);
        connection.Writer.Write(
            FrameType.Trailers, FrameFlags.None, (ushort)refusal.Value.StatusCode, frame.Header.Stream, trailers.WrittenSpan);
        return null;
    }

    private Status? Refuse(HostConnection connection, string method, FrameReader frame, out ServerMethod? served)
    {
        served = services.Find(method);
        if (served is null)
        {
            return new Status(StatusCode.Unimplemented, $"the host does not serve {Shorten(method)}");
        }

        if (connection.Policy?.Refuse(method) is { } reason)
        {
            settings.Audit?.DenyMethod(connection.Client, method, reason);
            return new Status(StatusCode.PermissionDenied, $"{connection.Client} may not call {method}: {reason}");
        }

        var problem = frame.Head.Length > options.MaxMetadataBytes + method.Length + 16
            ? $"the metadata is over the limit of {options.MaxMetadataBytes} bytes (MaxMetadataBytes)"
            : connection.Limits?.TryTakeMessage() == false
                ? $"the limit of {options.MaxMessagesPerSecond} messages in a second on one connection is reached "
                    + "(MaxMessagesPerSecond): call again in a second"
            : null;
        return problem is null ? null : OverLimit(connection, method, problem);
    }

    private static Status OverLimit(HostConnection connection, string method, string problem)
    {
        connection.NoteLimit(method, problem);
        return new Status(StatusCode.ResourceExhausted, problem);
    }

    private static string Shorten(string method) => method.Length <= 200 ? method : method[..200] + "…";
}
