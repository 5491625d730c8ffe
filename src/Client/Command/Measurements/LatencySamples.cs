using System.Diagnostics;
using WinApi.Client.Command.Output;

namespace WinApi.Client.Command.Measurements;

/// <summary>Single times, kept one by one: every figure of the summary is exact.</summary>
internal sealed class LatencySamples(int capacity)
{
    private readonly long[] _ticks = new long[capacity];
    private int _count;

    public void Add(long stopwatchTicks) => _ticks[_count++] = stopwatchTicks;

    public LatencySummary Summarize()
    {
        var sorted = _ticks.AsSpan(0, _count);
        sorted.Sort();
        double sum = 0;
        foreach (var ticks in sorted)
        {
            sum += ticks;
        }

        return new LatencySummary(
            _count,
            Nanoseconds(sorted[0]),
            Nanoseconds(sum / _count),
            Nanoseconds(NearestRank(sorted, 0.50)),
            Nanoseconds(NearestRank(sorted, 0.99)),
            Nanoseconds(sorted[^1]));
    }

    private static long NearestRank(ReadOnlySpan<long> sorted, double share) =>
        sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];

    private static double Nanoseconds(double ticks) => Math.Round(ticks * 1e9 / Stopwatch.Frequency);
}
