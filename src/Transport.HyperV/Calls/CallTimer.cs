namespace WinApi.Transport.HyperV.Calls;

/// <summary>Deadlines as both ends of a call keep them.</summary>
internal static class CallTimer
{
    // The longest a Timer can wait; a deadline farther off is as good as none.
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(uint.MaxValue - 3);

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

    /// <summary>
    /// Fires when the time is over and never before: a timer drops fractions of a millisecond, and its clock moves in whole
    /// ones, so it waits one more.
    /// </summary>
    public static Timer? Start(TimeSpan? left, TimerCallback onExpired, object state) => left is { } wait && wait < s_longest
        ? new Timer(onExpired, state, TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds) + 1), Timeout.InfiniteTimeSpan)
        : null;
}
