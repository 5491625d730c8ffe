using System.Diagnostics;
using HdrHistogram;

namespace WinApi.Benchmarks.Workloads;

/// <summary>Histograms of the times of single calls: in nanoseconds, to three digits, up to a minute.</summary>
internal static class Latencies
{
    private const long Longest = 60_000_000_000;
    private const int Digits = 3;
    private const int DigitsOfALane = 2;
    private const long NanosecondsInASecond = 1_000_000_000;

    public static LongHistogram Empty() => new(1, Longest, Digits);

    /// <summary>For one lane of many: a small one, to two digits.</summary>
    public static LongHistogram EmptyLane() => new(1, Longest, DigitsOfALane);

    public static void RecordSince(this LongHistogram histogram, long start, long end)
    {
        long ticks = end - start;
        long nanoseconds = Stopwatch.Frequency == NanosecondsInASecond
            ? ticks
            : (long)(ticks * ((double)NanosecondsInASecond / Stopwatch.Frequency));
        histogram.RecordValue(Math.Clamp(nanoseconds, 1, Longest));
    }
}
