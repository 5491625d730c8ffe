using System.Diagnostics;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Processes;
using WinApi.Benchmarks.Workloads;

namespace WinApi.Benchmarks.Rows;

/// <summary>What a shell waits for a command that has nothing to do: <c>winapi --version</c>, as it is built and as it is published.</summary>
internal static class StartUpRows
{
    public const string Name = "StartUp";
    public const string Nothing = "Nothing";
    public const string JustInTime = "JustInTime";

    private const string Group = "command";

    public static RoundSuite Suite { get; } =
        new(Name, "Start-up: a process that prints its version", Rounds: 5, TimeSpan.FromMilliseconds(600), [.. Rows()]);

    /// <summary>Of the command that of each form that was made: ./build.sh makes the first, ./build.sh publish the second.</summary>
    private static IEnumerable<Row> Rows()
    {
        if (!OperatingSystem.IsLinux())
        {
            yield break;
        }

        yield return Of(Nothing, "a process that does nothing (true)", "/bin/true");
        foreach ((string key, string label, string[] path) in new[]
        {
            (JustInTime, "winapi, compiled as it runs (./build.sh)", new[] { "bin", "winapi" }),
            ("AheadOfTime", "winapi, compiled ahead of time (./build.sh publish)", ["publish", "linux-x64", "winapi"]),
        })
        {
            string program = Path.Combine([Repository.Root, "artifacts", .. path]);
            if (File.Exists(program))
            {
                yield return Of(key, label, program);
            }
        }
    }

    private static Row Of(string key, string label, string program) => new()
    {
        Suite = Name, Group = Group, Key = key, Label = label, Payload = PayloadSize.Small, Floor = Nothing,
        Open = _ => new AsyncCalls(Workloads.Nothing.Instance, () => RunAsync(program)),
    };

    private static async Task RunAsync(string program)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true })!;
        await process.WaitForExitAsync();
    }
}
