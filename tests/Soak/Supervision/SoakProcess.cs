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

    /// <param name="socket">Where the host listens.</param>
    /// <param name="seed">What it sends, and whether it uses rings and memory.</param>
    /// <param name="rules">Which losses are no fault: worker, survivor or bystander.</param>
    public static async Task<SoakProcess> StartWorkerAsync(string socket, int seed, string rules = "worker")
    {
        var worker = Start(socket, seed, rules);
        await worker.Run.PrintsAsync("working");
        return worker;
    }

    /// <summary>Does not wait until it has begun to work.</summary>
    public static SoakProcess Start(string socket, int seed, string rules) =>
        new(ProgramRun.Start(Program, [rules, socket, $"{seed}"]));

    public Task<Measure> MeasureAsync() => AskAsync("measure");

    /// <summary>What it holds once each of its lanes has made a good call that began after this.</summary>
    public Task<Measure> SettleAsync() => AskAsync("settle");

    /// <summary>Of a host: what it holds once it has seen that no more than these clients are left.</summary>
    public async Task<Measure> AtRestAsync(int clients = 0)
    {
        for (var tries = 0; ; tries++)
        {
            var measure = await MeasureAsync();
            if ((measure.Connections <= clients && measure.Mappings <= clients) || tries == 100)
            {
                return measure;
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Ends a worker in good order; how many calls it made, good and failed.</summary>
    public async Task<(long Good, long Failed)> FinishAsync()
    {
        run.EndInput();
        var words = (await run.PrintsAsync("calls ")).Split(' ');
        await run.Succeeds();
        return (long.Parse(words[1], null), long.Parse(words[3], null));
    }

    /// <summary>Of a worker that has finished: the calls of each kind that it lost.</summary>
    public IReadOnlyDictionary<string, long> Lost => run.Output.Select(line => line.Split(' ')).Where(words => words[0] == "lane")
        .ToDictionary(words => words[1], words => long.Parse(words[4], null));

    public ValueTask DisposeAsync() => run.DisposeAsync();

    private async Task<Measure> AskAsync(string what)
    {
        var word = $"{what}-{_measures++}";
        await run.TellAsync(word);
        return Measure.Parse(await run.PrintsAsync(word + ":"));
    }
}
