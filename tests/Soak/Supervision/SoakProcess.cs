using System.Reflection;

namespace WinApi.Soak.Tests;

/// <summary>A host or a worker of the soak.</summary>
internal sealed class SoakProcess(ProgramRun run) : IAsyncDisposable
{
    private static readonly string Program = typeof(SoakProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(entry => entry.Key == "SoakProgram").Value!;

    private int _measures;

    public ProgramRun Run => run;

    public IEnumerable<string> Complaints => run.Output.Where(line => line.StartsWith("WRONG", StringComparison.Ordinal))
        .Concat(run.Errors);

    public static async Task<SoakProcess> StartHostAsync(string socket)
    {
        var host = new SoakProcess(ProgramRun.Start(Program, ["host", socket]));
        await host.Run.PrintsAsync("listening");
        return host;
    }

    public static async Task<SoakProcess> StartWorkerAsync(string socket, int seed)
    {
        var worker = new SoakProcess(ProgramRun.Start(Program, ["worker", socket, $"{seed}"]));
        await worker.Run.PrintsAsync("working");
        return worker;
    }

    public async Task<Measure> MeasureAsync()
    {
        var word = $"measure-{_measures++}";
        await run.TellAsync(word);
        return Measure.Parse(await run.PrintsAsync(word + ":"));
    }

    /// <summary>Ends a worker in good order; how many calls it made, good and failed.</summary>
    public async Task<(long Good, long Failed)> FinishAsync()
    {
        run.EndInput();
        var words = (await run.PrintsAsync("calls ")).Split(' ');
        await run.Succeeds();
        return (long.Parse(words[1], null), long.Parse(words[3], null));
    }

    public ValueTask DisposeAsync() => run.DisposeAsync();
}
