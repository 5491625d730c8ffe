using System.Net.Sockets;
using Grpc.Core;
using WinApi.Transport.HyperV.Diagnostics;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>
/// Keeps the one connection of a channel: makes it when a call needs it and again after it was lost. Calls that come
/// meanwhile share one attempt. Safe for use by many threads.
/// </summary>
internal sealed class Connector(TransportEndpoint endpoint, TimeSpan connectTimeout, ConnectionSettings settings)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(2);

    // With calls left open on each; a host that says goodbye and never ends them would have them pile up.
    private const int MostConnections = 16;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly List<ClientConnection> _connections = []; // oldest first
    private ClientConnection? _current;
    private Task<ClientConnection>? _attempt;
    private bool _failed;

    public TransportEndpoint Endpoint => endpoint;

    /// <summary>The connection in use, if there is one.</summary>
    public ClientConnection? Current => Volatile.Read(ref _current) is { IsOpen: true } connection ? connection : null;

    public ChannelState State
    {
        get
        {
            lock (_gate)
            {
                return _closed.IsCancellationRequested ? ChannelState.Shutdown
                    : Current is not null ? ChannelState.Ready
                    : _attempt is { IsCompleted: false } ? ChannelState.Connecting
                    : _failed ? ChannelState.TransientFailure
                    : ChannelState.Idle;
            }
        }
    }

    /// <summary>A connection that takes new calls.</summary>
    /// <param name="waitForReady">Try again, with growing pauses, until there is a host.</param>
    /// <param name="cancellationToken">Ends the waiting of this caller alone.</param>
    /// <exception cref="RpcException">UNAVAILABLE: no host; or what the host answered when it refused.</exception>
    public ValueTask<ClientConnection> GetAsync(bool waitForReady, CancellationToken cancellationToken) =>
        Volatile.Read(ref _current) is { AcceptsCalls: true } connection
            ? ValueTask.FromResult(connection)
            : ConnectAsync(waitForReady, cancellationToken);

    /// <summary>Closes the connection for good.</summary>
    public async Task CloseAsync()
    {
        await _closed.CancelAsync().ConfigureAwait(false);
        Task<ClientConnection>? attempt;
        lock (_gate)
        {
            attempt = _attempt;
        }

        if (attempt is not null)
        {
            await attempt.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default)
                .ConfigureAwait(false);
        }

        ClientConnection[] connections;
        lock (_gate)
        {
            connections = [.. _connections];
        }

        await Task.WhenAll(connections.Select(connection => connection.CloseAsync("the client closes its channel")))
            .ConfigureAwait(false);
    }

    private async ValueTask<ClientConnection> ConnectAsync(bool waitForReady, CancellationToken cancellationToken)
    {
        var pause = s_firstPause;
        while (true)
        {
            try
            {
                return await ShareAttempt().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException e) when (waitForReady && e.StatusCode == StatusCode.Unavailable && !_closed.IsCancellationRequested)
            {
                var jitter = 0.8 + (Random.Shared.NextDouble() * 0.4);
                await Task.Delay(pause * jitter, cancellationToken).ConfigureAwait(false);
                pause = pause * 1.6 < s_longestPause ? pause * 1.6 : s_longestPause;
            }
        }
    }

    private Task<ClientConnection> ShareAttempt()
    {
        lock (_gate)
        {
            if (_current is { AcceptsCalls: true })
            {
                return Task.FromResult(_current);
            }

            return _attempt is { IsCompleted: false } ? _attempt : _attempt = Task.Run(AttemptAsync);
        }
    }

    private async Task<ClientConnection> AttemptAsync()
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token);
        timeout.CancelAfter(connectTimeout);
        SocketStream? socket = null;
        try
        {
            var connected = await endpoint.ConnectAsync(timeout.Token).ConfigureAwait(false);
            socket = new SocketStream(connected, endpoint.PassesDescriptors);
            if (settings.RefusePeer(connected) is { } stranger)
            {
                throw new HandshakeException(StatusCode.Unauthenticated, $"is not trusted: it belongs to {stranger}");
            }

            var agreed = await ClientHandshake.RunAsync(socket, settings, settings.RequiresToken(endpoint), timeout.Token)
                .ConfigureAwait(false);
            var connection = new ClientConnection(socket, settings, agreed);
            Install(connection)?.End(new Disconnection(DisconnectReason.PeerShutdown,
                "the host said goodbye on one connection after the other and did not end their calls"));
            connection.Start();
            return connection;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            socket?.Dispose();
            Volatile.Write(ref _failed, true);
            throw new RpcException(Describe(e));
        }
    }

    /// <summary>From now on new calls start here. Returns a connection that is one too many, if there is one.</summary>
    private ClientConnection? Install(ClientConnection connection)
    {
        lock (_gate)
        {
            if (_current is not null)
            {
                TransportTelemetry.Reconnects.Add(1);
            }

            _connections.RemoveAll(known => !known.IsOpen);
            _connections.Add(connection);
            _current = connection;
            _failed = false;
            if (_connections.Count <= MostConnections)
            {
                return null;
            }

            var oldest = _connections[0];
            _connections.RemoveAt(0);
            return oldest;
        }
    }

    private Status Describe(Exception failure) => failure switch
    {
        _ when _closed.IsCancellationRequested => new Status(StatusCode.Unavailable, "the channel was closed"),
        OperationCanceledException => new Status(StatusCode.Unavailable,
            $"no answer from {endpoint} within {connectTimeout.TotalSeconds:0.###} s (ConnectTimeout): the host is busy or "
            + $"stopped, or something else listens there"),
        HandshakeException refused => new Status(refused.StatusCode, $"the host at {endpoint} {refused.Message}"),
        ProtocolViolationException stranger => new Status(StatusCode.Unavailable,
            $"what answers on {endpoint} is not a host of this version: {stranger.Message}"),
        _ => new Status(StatusCode.Unavailable, $"no host at {endpoint}: {endpoint.Diagnose(failure)}", failure),
    };
}
