using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using WinApi.Benchmarks.Reports;

namespace WinApi.Benchmarks.CommandLine;

/// <summary>Those benchmarks that BenchmarkDotNet measures: one operation after another, a process for each.</summary>
internal sealed class BenchmarkDotNetRun
{
    private const string TableSuffix = "-report-github.md";
    private const string Name = "WinApi.Benchmarks.Suites";

    private readonly BenchmarkOptions _options;
    private readonly IConfig _config;

    public BenchmarkDotNetRun(BenchmarkOptions options, string artifactsFolder)
    {
        _options = options;
        _config = SuiteConfig.Create(options.Quick, artifactsFolder);
        Names =
        [
            .. typeof(BenchmarkDotNetRun).Assembly.GetTypes()
                .Where(type => type.GetMethods().Any(method => method.IsDefined(typeof(BenchmarkAttribute), inherit: false)))
                .SelectMany(type => BenchmarkConverter.TypeToBenchmarks(type, _config).BenchmarksCases)
                .Select(FullNameProvider.GetBenchmarkName)
                .Where(options.Asks),
        ];
    }

    /// <summary>The full names of those that were asked for.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <param name="failures">Gets a name where some could not be measured.</param>
    /// <returns>The table, in Markdown; null where none was run.</returns>
    public string? Run(List<string> failures)
    {
        if (Names.Count == 0)
        {
            return null;
        }

        Summary[] summaries = [.. BenchmarkSwitcher
            .FromAssembly(typeof(BenchmarkDotNetRun).Assembly)
            .Run(["--filter", .. _options.Filters], _config)];
        bool allMeasured = summaries.Length > 0 && summaries.All(summary =>
            !summary.HasCriticalValidationErrors
            && summary.Reports.Length > 0
            && summary.Reports.All(report => report.Success));
        if (!allMeasured)
        {
            failures.Add(Name);
        }

        return summaries.Length == 0 ? null : Table(summaries[0].ResultsDirectoryPath);
    }

    private static string? Table(string resultsFolder) => new DirectoryInfo(resultsFolder)
        .EnumerateFiles($"*{TableSuffix}")
        .MaxBy(file => file.LastWriteTimeUtc) is { } newest ? File.ReadAllText(newest.FullName).TrimEnd() : null;
}
