using System.Text.Json;
using WinApi.Benchmarks.Rounds;
using WinApi.Benchmarks.Rows;

namespace WinApi.Benchmarks.Reports;

/// <summary>The report that programs read: medians, and every sample that they are medians of.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static string Of(RunResults results, Machine machine, DateTime time) => JsonSerializer.Serialize(
        new
        {
            Time = time,
            results.Quick,
            Machine = machine,
            Targets = new Targets(results).All.Select(target => new
            {
                target.Path, target.What, target.Bound, target.AtMost, target.Measured, target.Met,
            }),
            Rows = results.Rows.Select(Describe),
            results.Native,
            results.Failures,
        },
        Indented);

    private static object Describe(RowResult result) => new
    {
        Name = result.Row.FullName,
        result.Row.Suite,
        result.Row.Group,
        result.Row.Label,
        PayloadBytes = result.Row.Payload.Bytes,
        result.Row.InFlight,
        result.WarmUp,
        result.OperationsPerSecond,
        P50Us = result.P50,
        P90Us = result.Percentile(90),
        P99Us = result.Percentile(99),
        P999Us = result.Percentile(99.9),
        LongestUs = result.LongestMicroseconds,
        CpuUs = result.CpuMicroseconds,
        result.ClientAllocatedBytes,
        result.HostAllocatedBytes,
        Samples = result.Samples.Select(sample => new
        {
            sample.Operations, sample.Seconds, sample.ClientCpuSeconds, sample.HostCpuSeconds,
            sample.ClientAllocatedBytes, sample.HostAllocatedBytes,
        }),

        // Nanoseconds and how many calls, of all rounds; of the other suites it would be long and of no use.
        Histogram = result.Row.Suite == LatencyRows.Name
            ? result.All.Counts.Select(pair => new[] { pair.Key, pair.Value })
            : null,
    };
}
