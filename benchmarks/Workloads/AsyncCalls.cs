using System.Diagnostics;
using HdrHistogram;

namespace WinApi.Benchmarks.Workloads;

/// <summary>One asynchronous call after another in each lane, all lanes at once on one connection.</summary>
internal sealed class AsyncCalls : IWorkload
{
    private readonly IDisposable _peer;
    private readonly IReadOnlyList<Func<Task>> _lanes;

    // A histogram is not safe for many threads, so each of many lanes has its own.
    private readonly LongHistogram[] _histograms;

    public AsyncCalls(IDisposable peer, params IReadOnlyList<Func<Task>> lanes)
    {
        _peer = peer;
        _lanes = lanes;
        _histograms = lanes.Count == 1 ? [] : [.. lanes.Select(_ => Latencies.EmptyLane())];
    }

    public long Run(TimeSpan duration, LongHistogram latencies)
    {
        long last = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        if (_histograms.Length == 0)
        {
            return RunLaneAsync(_lanes[0], last, latencies).GetAwaiter().GetResult();
        }

        Task<long>[] running = [.. _lanes.Select((call, i) => RunLaneAsync(call, last, _histograms[i]))];
        long calls = Task.WhenAll(running).GetAwaiter().GetResult().Sum();
        foreach (LongHistogram histogram in _histograms)
        {
            latencies.Add(histogram);
            histogram.Reset();
        }

        return calls;
    }

    public void Dispose() => _peer.Dispose();

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
