namespace WinApi.Soak.Program;

/// <summary>How a lane makes its calls, and how they may end.</summary>
/// <param name="Deadline">Of each call.</param>
/// <param name="WaitForReady">Whether a call waits for a host that is not there.</param>
/// <param name="Losses">The statuses that a call may end with when a process was killed or stalled.</param>
internal sealed record LaneRules(TimeSpan Deadline, bool WaitForReady, params StatusCode[] Losses)
{
    /// <summary>The host may be killed and stalled.</summary>
    public static LaneRules Turmoil { get; } =
        new(TimeSpan.FromSeconds(5), WaitForReady: false, StatusCode.Unavailable, StatusCode.DeadlineExceeded);

    /// <summary>The host may be killed: a call that is lost must say so long before its deadline.</summary>
    public static LaneRules Survivor { get; } = new(TimeSpan.FromMinutes(2), WaitForReady: true, StatusCode.Unavailable);

    /// <summary>Only others are killed.</summary>
    public static LaneRules Bystander { get; } = new(TimeSpan.FromMinutes(2), WaitForReady: true);

    public bool Allow(StatusCode status) => Losses.Contains(status);
}
