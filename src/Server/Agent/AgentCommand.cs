using System.Runtime.Versioning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WinApi.Server.Hosting;

namespace WinApi.Server.Agent;

/// <summary>
/// The command line of the agent: nothing but options of the host, or one of two commands for the installation scripts.
/// </summary>
internal static class AgentCommand
{
    private const string Name = "WinAPIAgent";
    private const string StartInBackground = "--start";
    private const string Stop = "--stop";

    /// <summary>Another agent of this user runs in this session. Follows the exit codes of the host.</summary>
    private const int AlreadyRuns = 3;

    private static readonly string LogFile = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "WinAPI", "agent.log");

    /// <summary>Runs the agent, or starts or stops one. Returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (!OperatingSystem.IsWindows())
        {
            return Fail("the agent is for Windows; on Linux, install-agent.sh installs a systemd user service");
        }

        if (args is [StartInBackground or Stop or "--help" or "-h" or "-?", ..])
        {
            ParentConsole.Attach();
        }

        return args switch
        {
            [Stop] => StopRunning(),
            [Stop, ..] => Fail($"{Stop} stands alone", ExitCode.BadUsage),
            [StartInBackground, .. var options] => await StartAsync(options),
            _ => await RunHostAsync(args),
        };
    }

    [SupportedOSPlatform("windows")]
    private static async Task<int> RunHostAsync(string[] args)
    {
        var events = AgentEvents.TryClaim();
        if (events is null)
        {
            return Fail($"an agent of this user runs already; '{Name} {Stop}' stops it", AlreadyRuns);
        }

        return await HostCommand.RunAsync(
            new HostProgram(Name)
            {
                Help = $" Exit code 3: another agent of this user runs already. {StartInBackground}, before any option, "
                    + "starts the agent in the background and waits until it is ready; "
                    + $"{Stop} stops it and waits for its end.",
                LogFile = LogFile,
                AddServices = services => services
                    .AddSingleton(events)
                    .AddSingleton<IHostedService, AgentHostedService>(),
            },
            args);
    }

    [SupportedOSPlatform("windows")]
    private static async Task<int> StartAsync(string[] options)
    {
        if (AgentEvents.IsClaimed)
        {
            return Fail($"an agent of this user runs already; '{Name} {Stop}' stops it", AlreadyRuns);
        }

        var (exitCode, outcome) = await BackgroundAgent.StartAsync(options);
        if (exitCode != ExitCode.Stopped)
        {
            return Fail($"the agent {outcome}; the reason is in its log, {LogFile} where nothing names another", exitCode);
        }

        Console.WriteLine($"the agent {outcome}");
        return exitCode;
    }

    [SupportedOSPlatform("windows")]
    private static int StopRunning()
    {
        if (!AgentEvents.IsClaimed)
        {
            Console.WriteLine("no agent of this user runs");
            return ExitCode.Stopped;
        }

        if (!AgentEvents.RequestStop())
        {
            return Fail($"the agent was told to stop and still runs; end {Name}.exe in the task manager");
        }

        Console.WriteLine("the agent has stopped");
        return ExitCode.Stopped;
    }

    private static int Fail(string problem, int exitCode = ExitCode.CouldNotRun)
    {
        Console.Error.WriteLine($"{Name}: {problem}");
        return exitCode;
    }
}
