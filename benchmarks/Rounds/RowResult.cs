using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Rows;

namespace WinApi.Benchmarks.Rounds;

/// <summary>All samples of a row, and their medians over the rounds.</summary>
internal sealed class RowResult(Row row, WarmUpReport warmUp, IReadOnlyList<Sample> samples)
{
    private const double Microseconds = 1_000_000;
    private const double NanosecondsInAMicrosecond = 1000;

    private readonly IReadOnlyList<Distribution> _rounds = [.. samples.Select(sample => new Distribution(sample.Latencies))];

    public Row Row => row;

    public WarmUpReport WarmUp => warmUp;

    public IReadOnlyList<Sample> Samples => samples;

    /// <summary>All single calls of all rounds; empty for streams.</summary>
    public Distribution All { get; } = new(samples.SelectMany(sample => sample.Latencies));

    public double OperationsPerSecond => Median(sample => sample.Operations / sample.Seconds);

    /// <summary>Payload bytes a second, one way.</summary>
    public double BytesPerSecond => OperationsPerSecond * row.Payload.Bytes;

    /// <summary>Processor time of both processes for one operation.</summary>
    public double CpuMicroseconds =>
        Median(sample => (sample.ClientCpuSeconds + sample.HostCpuSeconds) / sample.Operations * Microseconds);

    public double ClientCpuMicroseconds => Median(sample => sample.ClientCpuSeconds / sample.Operations * Microseconds);

    public double ClientAllocatedBytes => Median(sample => (double)sample.ClientAllocatedBytes / sample.Operations);

    public double HostAllocatedBytes => Median(sample => (double)sample.HostAllocatedBytes / sample.Operations);

    public double AllocatedBytes =>
        Median(sample => (double)(sample.ClientAllocatedBytes + sample.HostAllocatedBytes) / sample.Operations);

    public double P50 => Percentile(50);

    public double LongestMicroseconds => All.Longest / NanosecondsInAMicrosecond;

    /// <summary>The median over the rounds of a percentile of single calls, in microseconds.</summary>
    public double Percentile(double percent) =>
        Middle.Of(_rounds.Select(round => round.Percentile(percent))) / NanosecondsInAMicrosecond;

    private double Median(Func<Sample, double> figure) => Middle.Of(samples.Select(figure));
}
