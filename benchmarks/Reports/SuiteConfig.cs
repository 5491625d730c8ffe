using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace WinApi.Benchmarks.Reports;

/// <summary>How all suites are run and reported: one table, grouped by payload.</summary>
internal static class SuiteConfig
{
    // BenchmarkDotNet builds a project of its own, on a machine that may be busy.
    private static readonly TimeSpan LongestBuild = TimeSpan.FromMinutes(10);

    public static IConfig Create(bool quick, string artifactsFolder) => ManualConfig.CreateEmpty()
        .WithOptions(ConfigOptions.JoinSummary)
        .WithArtifactsPath(artifactsFolder)
        .WithBuildTimeout(LongestBuild)
        .AddLogger(ConsoleLogger.Default)
        .AddJob(quick ? QuickJob : FullJob)
        .AddDiagnoser(new MemoryDiagnoser(new MemoryDiagnoserConfig(displayGenColumns: false)))
        .WithOrderer(new PayloadOrderer())
        .AddLogicalGroupRules(BenchmarkLogicalGroupRule.ByParams)
        .AddColumn(
            new RowColumn(),
            StatisticColumn.Median,
            StatisticColumn.Min,
            StatisticColumn.P95,
            MedianRatioColumn.TimesFloor,
            MedianRatioColumn.FasterThanPeer)
        .AddColumnProvider(DefaultColumnProviders.Params, DefaultColumnProviders.Metrics)
        .AddExporter(MarkdownExporter.GitHub, JsonExporter.Full);

    // Set-up has already warmed the benchmark until it was flat, so little is left for the engine to warm.
    private static Job FullJob => new Job("Full", BaseJob)
        .WithWarmupCount(2)
        .WithIterationTime(TimeInterval.FromMilliseconds(300))
        .WithIterationCount(15);

    // In this process, which needs no project to be generated and built; the hosts are processes all the same.
    private static Job QuickJob => new Job("Quick", BaseJob)
        .WithToolchain(InProcessEmitToolchain.Instance)
        .WithWarmupCount(1)
        .WithInvocationCount(1)
        .WithIterationCount(3);

    // An invocation is a whole loop of calls: no need to unroll it or to subtract the cost of invoking it.
    private static Job BaseJob => new Job()
        .WithUnrollFactor(1)
        .WithMinInvokeCount(1)
        .WithEvaluateOverhead(false);
}
