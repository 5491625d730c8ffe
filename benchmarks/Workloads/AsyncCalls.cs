using System.Diagnostics;
using HdrHistogram;

namespace WinApi.Benchmarks.Workloads;

/// <summary>One asynchronous call after another in each lane, all lanes at once on one connection.</summary>
internal sealed class AsyncCalls(IDisposable peer, params IReadOnlyList<Func<Task>> lanes) : IWorkload
{
    public long Run(TimeSpan duration, LongHistogram latencies)
    {
        long last = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);

        // A histogram is not safe for many threads, so each lane but the only one has its own.
        LongHistogram[] histograms = [.. lanes.Select(_ => lanes.Count == 1 ? latencies : Latencies.Empty())];
        Task<long>[] running = [.. lanes.Select((call, i) => RunLaneAsync(call, last, histograms[i]))];
        long calls = Task.WhenAll(running).GetAwaiter().GetResult().Sum();
        foreach (LongHistogram histogram in histograms.Where(histogram => histogram != latencies))
        {
            latencies.Add(histogram);
        }

        return calls;
    }

    public void Dispose() => peer.Dispose();

    private static async Task<long> RunLaneAsync(Func<Task> call, long last, LongHistogram latencies)
    {
        // Lanes start on threads of the pool, where the continuations of their calls run too.
        await Task.Yield();
        long calls = 0;
        long start = Stopwatch.GetTimestamp();
        do
        {
            await call();
            long end = Stopwatch.GetTimestamp();
            latencies.RecordSince(start, end);
            start = end;
            calls++;
        }
        while (start < last);
        return calls;
    }
}
