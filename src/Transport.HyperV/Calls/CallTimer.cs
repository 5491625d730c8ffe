namespace WinApi.Transport.HyperV.Calls;

/// <summary>Deadlines as both ends of a call keep them.</summary>
internal static class CallTimer
{
    // The longest a Timer can wait; a deadline farther off is as good as none.
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

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

    public static Timer? Start(TimeSpan? left, TimerCallback onExpired, object state) =>
        left is { } wait && wait <= s_longest ? new Timer(onExpired, state, wait, Timeout.InfiniteTimeSpan) : null;
}
