using System.Diagnostics;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// A deadline as both ends of a call keep it: fires once, when the time is over and never before. A <see cref="Timer"/> counts
/// by a clock that may be a whole tick of the system late when it is set, and so is early by as much: this looks at a better
/// one and waits for the rest.
/// </summary>
internal sealed class CallTimer : IDisposable
{
    // The longest a Timer can wait; a deadline farther off is as good as none.
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(uint.MaxValue - 3);

    private readonly Action<object> _onExpired;
    private readonly object _state;
    private readonly long _due;
    private readonly Timer _timer;

    private CallTimer(TimeSpan left, Action<object> onExpired, object state)
    {
        _onExpired = onExpired;
        _state = state;
        _due = Stopwatch.GetTimestamp() + (long)(left.TotalSeconds * Stopwatch.Frequency);
        _timer = new Timer(static timer => ((CallTimer)timer!).OnTick(), this, Timeout.Infinite, Timeout.Infinite);
        Wait(left);
    }

    /// <summary>What is left until a deadline; null where there is none, never negative.</summary>
    public static TimeSpan? Left(DateTime? deadline)
    {
        if (deadline is not { } at || at == DateTime.MaxValue)
        {
            return null;
        }

        var left = at.ToUniversalTime() - DateTime.UtcNow;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Null where there is no time to wait for.</summary>
    public static CallTimer? Start(TimeSpan? left, Action<object> onExpired, object state) =>
        left is { } wait && wait < s_longest ? new CallTimer(wait, onExpired, state) : null;

    public void Dispose() => _timer.Dispose();

    private void OnTick()
    {
        var now = Stopwatch.GetTimestamp();
        if (now < _due)
        {
            Wait(Stopwatch.GetElapsedTime(now, _due));
        }
        else
        {
            _onExpired(_state);
        }
    }

    private void Wait(TimeSpan left)
    {
        try
        {
            _timer.Change((long)Math.Ceiling(left.TotalMilliseconds), Timeout.Infinite);
        }
        catch (ObjectDisposedException)
        {
            // The call has ended meanwhile.
        }
    }
}
