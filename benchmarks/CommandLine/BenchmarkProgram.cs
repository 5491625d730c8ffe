using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.NativeClient;
using WinApi.Benchmarks.Reports;
using WinApi.Benchmarks.Rounds;
using WinApi.Benchmarks.Processes;
using WinApi.Benchmarks.Rows;

namespace WinApi.Benchmarks.CommandLine;

/// <summary>Runs what was asked for and writes the report.</summary>
internal static class BenchmarkProgram
{
    public static int Run(BenchmarkOptions options)
    {
        if (options.Help)
        {
            Console.WriteLine(BenchmarkOptions.HelpText);
            return 0;
        }

        if (options.Quick)
        {
            WarmUpLimits.AskForQuick();
        }

        // The project of the benchmarks is looked for from the current folder upwards.
        string root = Repository.Root;
        string artifacts = Path.GetFullPath(options.OutputFolder ?? Path.Combine(root, "artifacts", "benchmarks"));
        Environment.CurrentDirectory = root;
        var managed = new BenchmarkDotNetRun(options, artifacts);
        RoundSuite[] suites = [.. RoundSuite.All.Select(suite => options.Quick ? suite.Quick : suite)];
        Row[] rows = [.. suites.SelectMany(suite => suite.Rows).Where(row => options.Asks(row.FullName))];
        bool native = options.Asks(NativeClientSuite.Name);

        if (options.List)
        {
            string[] names =
                [.. rows.Select(row => row.FullName), .. managed.Names, .. native ? [NativeClientSuite.Name] : Array.Empty<string>()];
            Console.WriteLine(string.Join(Environment.NewLine, names));
            return 0;
        }

        if (rows.Length == 0 && managed.Names.Count == 0 && !native)
        {
            Console.Error.WriteLine("No benchmark has such a name; --list shows their names.");
            return 1;
        }

        return Report(Measure(options, suites, rows, managed, native ? new NativeClientSuite(root) : null), artifacts);
    }

    private static RunResults Measure(
        BenchmarkOptions options,
        IReadOnlyList<RoundSuite> suites,
        IReadOnlyList<Row> rows,
        BenchmarkDotNetRun managed,
        NativeClientSuite? native)
    {
        var results = new List<RowResult>();
        var failures = new List<string>();
        foreach (RoundSuite suite in suites)
        {
            using var runner = new RoundRunner(suite);
            results.AddRange(runner.Run([.. rows.Where(row => row.Suite == suite.Name)]));
            failures.AddRange(runner.Failures);
        }

        IReadOnlyList<NativeRow> nativeRows = native is null ? [] : RunNative(native, options.Quick, failures);
        string? table = managed.Run(failures);
        return new RunResults
        {
            Quick = options.Quick,
            Rows = results,
            Native = nativeRows,
            Failures = failures,
            BenchmarkDotNetTable = table,
        };
    }

    private static IReadOnlyList<NativeRow> RunNative(NativeClientSuite suite, bool quick, List<string> failures)
    {
        if (suite.Missing is { } reason)
        {
            Console.WriteLine(reason);
            return [];
        }

        try
        {
            return suite.Run(quick);
        }
        catch (InvalidOperationException e)
        {
            Console.Error.WriteLine(e.Message);
            failures.Add(NativeClientSuite.Name);
            return [];
        }
    }

    private static int Report(RunResults results, string artifacts)
    {
        Console.WriteLine(new Targets(results).Table);
        foreach (string file in ReportFiles.Write(results, artifacts))
        {
            Console.WriteLine(file);
        }

        if (results.Failures.Count > 0)
        {
            Console.Error.WriteLine($"Some benchmarks failed, see above: {string.Join(", ", results.Failures)}");
            return 1;
        }

        return 0;
    }
}
