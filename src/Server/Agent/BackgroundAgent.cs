using System.Diagnostics;
using System.Runtime.Versioning;

namespace WinApi.Server.Agent;

/// <summary>An agent that outlives who starts it.</summary>
[SupportedOSPlatform("windows")]
internal static class BackgroundAgent
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>Starts an agent and waits until it is ready or has ended.</summary>
    /// <param name="options">Options of the host.</param>
    /// <returns>Null when it is ready; else the exit code with which it ended.</returns>
    public static async Task<int?> StartAsync(string[] options)
    {
        using var ready = AgentEvents.OpenReady();

        // By the shell, which passes on no handles: a script that is waited for must not wait for the agent.
        var start = new ProcessStartInfo(Environment.ProcessPath!, options)
        {
            UseShellExecute = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        using var agent = Process.Start(start)!;
        while (!ready.WaitOne(0))
        {
            if (agent.HasExited)
            {
                return agent.ExitCode;
            }

            await Task.Delay(BetweenLooks);
        }

        return null;
    }
}
