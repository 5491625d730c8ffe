using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Reports;

namespace WinApi.Benchmarks.CommandLine;

/// <summary>Runs the suites and publishes their report.</summary>
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
        string root = RepositoryRoot();
        Environment.CurrentDirectory = root;
        string artifacts = Path.Combine(root, "artifacts", "benchmarks");

        string[] arguments = options.List
            ? ["--list", "flat", "--filter", .. options.Filters]
            : ["--filter", .. options.Filters];
        Summary[] summaries = BenchmarkSwitcher
            .FromAssembly(typeof(BenchmarkProgram).Assembly)
            .Run(arguments, SuiteConfig.Create(options.Quick, artifacts))
            .ToArray();

        return options.List ? 0 : Report(summaries, artifacts);
    }

    private static int Report(Summary[] summaries, string artifacts)
    {
        if (summaries.Length == 0)
        {
            Console.Error.WriteLine("No benchmark was run; --list shows their names.");
            return 1;
        }

        foreach (string file in ReportFiles.Publish(artifacts, summaries[0].ResultsDirectoryPath))
        {
            Console.WriteLine(file);
        }

        bool allMeasured = summaries.All(summary =>
            !summary.HasCriticalValidationErrors
            && summary.Reports.Length > 0
            && summary.Reports.All(report => report.Success));
        if (!allMeasured)
        {
            Console.Error.WriteLine("Some benchmarks failed: see above.");
        }

        return allMeasured ? 0 : 1;
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "WinApi.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException(
                "The benchmarks run from the repository they were built in; WinApi.slnx was not found above them.");
    }
}
