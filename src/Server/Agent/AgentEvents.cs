using System.Diagnostics;
using System.Runtime.Versioning;

namespace WinApi.Server.Agent;

/// <summary>
/// The two named events by which an agent is found, told to stop, and waited for. They belong to one session: who is
/// logged on twice may run two agents. Never disposed: they are to exist until the process has ended.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class AgentEvents
{
    private const string StopName = @"Local\WinAPIAgent.Stop";
    private const string ReadyName = @"Local\WinAPIAgent.Ready";

    // Longer than the host gives running calls (30 s) and takes to close connections (10 s).
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly EventWaitHandle _ready = OpenReady();

    private AgentEvents(EventWaitHandle stop) => Stop = stop;

    /// <summary>Set by who wants the agent to stop. Its existence says that an agent runs.</summary>
    public EventWaitHandle Stop { get; }

    /// <summary>Whether an agent runs, ready or not.</summary>
    public static bool IsClaimed
    {
        get
        {
            if (!EventWaitHandle.TryOpenExisting(StopName, out var stop))
            {
                return false;
            }

            stop.Dispose();
            return true;
        }
    }

    /// <summary>Makes this process the agent; null when another is.</summary>
    public static AgentEvents? TryClaim()
    {
        var stop = new EventWaitHandle(false, EventResetMode.ManualReset, StopName, out var isFirst);
        if (isFirst)
        {
            return new AgentEvents(stop);
        }

        stop.Dispose();
        return null;
    }

    /// <summary>The event that an agent sets when it is ready.</summary>
    public static EventWaitHandle OpenReady() => new(false, EventResetMode.ManualReset, ReadyName);

    /// <summary>Tells the agent to stop, and waits for it: false when it still runs after 45 s.</summary>
    public static bool RequestStop()
    {
        if (EventWaitHandle.TryOpenExisting(StopName, out var stop))
        {
            stop.Set();
            stop.Dispose(); // as long as somebody holds it, it exists
        }

        var start = Stopwatch.GetTimestamp();
        while (IsClaimed)
        {
            if (Stopwatch.GetElapsedTime(start) > TimeToStop)
            {
                return false;
            }

            Thread.Sleep(BetweenLooks);
        }

        return true;
    }

    public void SetReady() => _ready.Set();
}
