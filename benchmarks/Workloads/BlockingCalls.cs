using System.Diagnostics;
using HdrHistogram;

namespace WinApi.Benchmarks.Workloads;

/// <summary>One blocking call after another, on one thread.</summary>
internal sealed class BlockingCalls(IDisposable peer, Action call) : IWorkload
{
    public long Run(TimeSpan duration, LongHistogram latencies)
    {
        long calls = 0;
        long start = Stopwatch.GetTimestamp();
        long last = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        do
        {
            call();
            long end = Stopwatch.GetTimestamp();
            latencies.RecordSince(start, end);
            start = end;
            calls++;
        }
        while (start < last);
        return calls;
    }

    public void Dispose() => peer.Dispose();
}
