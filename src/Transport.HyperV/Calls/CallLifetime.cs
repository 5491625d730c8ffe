namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// What can end a call from the caller's side, its deadline and its token, and the token of those who wait for the call. Most
/// calls have none of it. Safe for use by many threads.
/// </summary>
internal sealed class CallLifetime(DateTime? deadline)
{
    private readonly CancellationTokenSource _ended = new();
    private Timer? _timer;
    private CancellationTokenRegistration _cancellation;

    public DateTime? Deadline => deadline;

    /// <summary>Fires when the call has its outcome.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>From now on the deadline and the token end the call; at once, where they have passed.</summary>
    public void Watch(ClientCall call, TimeSpan? left, CancellationToken cancellationToken)
    {
        _timer = CallTimer.Start(left, static state => ((ClientCall)state!).OnDeadline(), call);
        _cancellation = cancellationToken.UnsafeRegister(static state => ((ClientCall)state!).Cancel(), call);
        if (_ended.IsCancellationRequested)
        {
            End();
        }
    }

    public void End()
    {
        _timer?.Dispose();
        _cancellation.Unregister();
        _ = _ended.CancelAsync(); // whoever waits must not go on this thread, which may be the connection's
    }
}
