using System.IO.Enumeration;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.NativeClient;
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
        bool nativeAlone = options.Filters.All(filter => filter.Contains(nameof(NativeClient), StringComparison.Ordinal));
        Summary[] summaries = nativeAlone ? [] : BenchmarkSwitcher
            .FromAssembly(typeof(BenchmarkProgram).Assembly)
            .Run(arguments, SuiteConfig.Create(options.Quick, artifacts))
            .ToArray();

        if (options.List)
        {
            Console.WriteLine(NativeClientSuite.Name);
            return 0;
        }

        bool native = options.Filters.Any(filter => FileSystemName.MatchesSimpleExpression(filter, NativeClientSuite.Name));
        int managed = nativeAlone ? 0 : Report(summaries, artifacts);
        return native ? Math.Max(managed, RunNativeClient(root, artifacts, options.Quick)) : managed;
    }

    private static int RunNativeClient(string root, string artifacts, bool quick)
    {
        var suite = new NativeClientSuite(root);
        if (suite.Missing is { } reason)
        {
            Console.WriteLine(reason);
            return 0;
        }

        try
        {
            IReadOnlyList<string> table = suite.Run(quick);
            File.AppendAllLines(Path.Combine(Directory.CreateDirectory(artifacts).FullName, ReportFiles.Markdown), ["", .. table]);
            Console.WriteLine(string.Join(Environment.NewLine, table));
            return 0;
        }
        catch (InvalidOperationException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
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
