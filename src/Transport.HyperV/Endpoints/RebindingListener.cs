using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>
/// Listens at whatever VM runs now: opens a listener when one appears, another when its id changes, and waits while
/// there is none. Connections that are open stay until they end by themselves. Safe for use by many threads.
/// </summary>
internal sealed class RebindingListener : EndpointListener
{
    private readonly TransportEndpoint _unbound;
    private readonly Func<Guid, EndpointListener> _listenAt;
    private readonly TimeSpan _patience;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposed = new();
    private TaskCompletionSource _changed = NewChange();
    private EndpointListener? _current;
    private Guid? _vm;
    private string? _problem;

    /// <param name="unbound">What <see cref="Endpoint"/> is while no VM runs.</param>
    /// <param name="vms">
    /// The id of the VM that runs, or null, as often as it is looked at: a listener that could not be opened is tried
    /// again each time.
    /// </param>
    /// <param name="listenAt">Opens a listener at a VM; an <see cref="IOException"/> says why it cannot.</param>
    /// <param name="patience">
    /// A listener fails when its VM ends, and it may be known only after so long that it did.
    /// </param>
    /// <param name="logger">Receives what happens.</param>
    public RebindingListener(
        TransportEndpoint unbound,
        IAsyncEnumerable<Guid?> vms,
        Func<Guid, EndpointListener> listenAt,
        TimeSpan patience,
        ILogger logger)
    {
        _unbound = unbound;
        _listenAt = listenAt;
        _patience = patience;
        _logger = logger;
        _ = Task.Run(() => FollowAsync(vms, _disposed.Token));
    }

    /// <summary>With the VM's id while one is listened at.</summary>
    public override TransportEndpoint Endpoint
    {
        get
        {
            lock (_gate)
            {
                return _current?.Endpoint ?? _unbound;
            }
        }
    }

    public override async ValueTask<Socket> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (listener, changed) = Look();
            if (listener is null)
            {
                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            try
            {
                return await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                await Task.WhenAny(changed, Task.Delay(_patience, cancellationToken)).ConfigureAwait(false);
                GiveUp(listener, e.Message);
            }
        }
    }

    public override void Dispose()
    {
        EndpointListener? last;
        lock (_gate)
        {
            if (_disposed.IsCancellationRequested)
            {
                return;
            }

            _disposed.Cancel();
            last = _current;
            _current = null;
            _changed.TrySetResult();
        }

        last?.Dispose();
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private (EndpointListener? Listener, Task Changed) Look()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
            return (_current, _changed.Task);
        }
    }

    private async Task FollowAsync(IAsyncEnumerable<Guid?> vms, CancellationToken cancellationToken)
    {
        try
        {
            var isFirst = true;
            await foreach (var vm in vms.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                if (vm is null && (isFirst || _vm is not null))
                {
                    EndpointLog.WaitingForVm(_logger, _unbound);
                }

                isFirst = false;
                Follow(vm);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Nobody listens any more.
        }
    }

    private void Follow(Guid? vm)
    {
        if (vm != _vm)
        {
            _vm = vm;
            _problem = null;
            Replace(null);
        }

        if (vm is { } id && Look() is { Listener: null })
        {
            Open(id);
        }
    }

    private void Open(Guid vm)
    {
        try
        {
            var listener = _listenAt(vm);
            _problem = null;
            EndpointLog.Listening(_logger, listener.Endpoint);
            Replace(listener);
        }
        catch (IOException e) when (e.Message == _problem)
        {
            // Told already; it is tried again each time the VM is looked at.
        }
        catch (IOException e)
        {
            _problem = e.Message;
            EndpointLog.CannotListen(_logger, e.Message);
        }
    }

    private void Replace(EndpointListener? next)
    {
        EndpointListener? old;
        lock (_gate)
        {
            if (_disposed.IsCancellationRequested)
            {
                old = next;
            }
            else
            {
                old = _current;
                _current = next;
                _changed.TrySetResult();
                _changed = NewChange();
            }
        }

        old?.Dispose();
    }

    /// <summary>A listener that fails although its VM runs is closed; the next look at the VM opens another.</summary>
    private void GiveUp(EndpointListener listener, string problem)
    {
        lock (_gate)
        {
            if (_current != listener)
            {
                return;
            }

            _current = null;
            _changed.TrySetResult();
            _changed = NewChange();
        }

        EndpointLog.ListenerFailed(_logger, listener.Endpoint, problem);
        listener.Dispose();
    }
}
