using System.Diagnostics;
using System.Runtime.Versioning;
using WinApi.Server.Hosting;

namespace WinApi.Server.Agent;

/// <summary>An agent that outlives who starts it.</summary>
[SupportedOSPlatform("windows")]
internal static class BackgroundAgent
{
    private static readonly TimeSpan TimeToStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>Starts an agent and waits until it is ready or has ended, at most 60 s.</summary>
    /// <param name="options">Options of the host.</param>
    /// <returns>0 and what is to be said when it is ready; else an exit code and what became of it.</returns>
    public static async Task<(int ExitCode, string Outcome)> StartAsync(string[] options)
    {
        using var ready = AgentEvents.OpenReady();

        // By the shell, which passes on no handles: a script that is waited for must not wait for the agent.
        var start = new ProcessStartInfo(Environment.ProcessPath!, options)
        {
            UseShellExecute = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        using var agent = Process.Start(start)!;
        var started = Stopwatch.GetTimestamp();
        while (!ready.WaitOne(0))
        {
            if (agent.HasExited)
            {
                return (agent.ExitCode, $"ended with exit code {agent.ExitCode}");
            }

            if (Stopwatch.GetElapsedTime(started) > TimeToStart)
            {
                return (ExitCode.CouldNotRun, $"is not ready after {TimeToStart.TotalSeconds} s");
            }

            await Task.Delay(BetweenLooks);
        }

        return (ExitCode.Stopped, "runs");
    }
}
