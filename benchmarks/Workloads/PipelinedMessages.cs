using System.Diagnostics;
using HdrHistogram;
using WinApi.Benchmarks.Peers;

namespace WinApi.Benchmarks.Workloads;

/// <summary>So many raw messages under way: for every answer that came, another message goes, all of them in one batch.</summary>
internal sealed class PipelinedMessages(RawPipelinePeer peer) : IWorkload
{
    // Answers come in the order of the messages.
    private readonly Queue<long> _starts = new(peer.InFlight);

    public long Run(TimeSpan duration, LongHistogram latencies) =>
        RunAsync(duration, latencies).GetAwaiter().GetResult();

    public void Dispose() => peer.Dispose();

    private async Task<long> RunAsync(TimeSpan duration, LongHistogram latencies)
    {
        // On a thread of the pool, as the lanes of AsyncCalls.
        await Task.Yield();
        long answered = 0;
        long last = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        await SendAsync(peer.InFlight, Stopwatch.GetTimestamp());
        while (_starts.Count > 0)
        {
            int count = await peer.ReceiveAsync();
            answered += count;
            long end = Stopwatch.GetTimestamp();
            for (int i = 0; i < count; i++)
            {
                latencies.RecordSince(_starts.Dequeue(), end);
            }

            if (end < last)
            {
                await SendAsync(count, end);
            }
        }

        return answered;
    }

    private ValueTask SendAsync(int count, long start)
    {
        for (int i = 0; i < count; i++)
        {
            _starts.Enqueue(start);
        }

        return peer.SendAsync(count);
    }
}
