using System.Collections.Immutable;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using WinApi.Benchmarks.Measuring;

namespace WinApi.Benchmarks.Reports;

/// <summary>Small payloads first, and within a payload the order in which the suite declares its rows.</summary>
internal sealed class PayloadOrderer : DefaultOrderer
{
    public override IEnumerable<BenchmarkCase> GetExecutionOrder(
        ImmutableArray<BenchmarkCase> benchmarksCase, IEnumerable<BenchmarkLogicalGroupRule>? order = null) =>
        Order(benchmarksCase);

    public override IEnumerable<BenchmarkCase> GetSummaryOrder(
        ImmutableArray<BenchmarkCase> benchmarksCases, Summary summary) => Order(benchmarksCases);

    private static IEnumerable<BenchmarkCase> Order(ImmutableArray<BenchmarkCase> benchmarksCases) => benchmarksCases
        .OrderBy(benchmark => PayloadOf(benchmark).Bytes)
        .ThenBy(benchmark => benchmark.Descriptor.MethodIndex);

    private static PayloadSize PayloadOf(BenchmarkCase benchmark) =>
        benchmark.Parameters["Payload"] is PayloadSize payload ? payload : default;
}
