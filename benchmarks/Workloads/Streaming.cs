using System.Diagnostics;
using HdrHistogram;

namespace WinApi.Benchmarks.Workloads;

/// <summary>
/// One stream after another, each of so many messages that beginning and ending it does not count. Single messages have
/// no latency.
/// </summary>
internal sealed class Streaming(IDisposable peer, Func<Task<long>> stream) : IWorkload
{
    public long Run(TimeSpan duration, LongHistogram latencies) => RunAsync(duration).GetAwaiter().GetResult();

    public void Dispose() => peer.Dispose();

    private async Task<long> RunAsync(TimeSpan duration)
    {
        long messages = 0;
        long start = Stopwatch.GetTimestamp();
        do
        {
            messages += await stream();
        }
        while (Stopwatch.GetElapsedTime(start) < duration);
        return messages;
    }
}
