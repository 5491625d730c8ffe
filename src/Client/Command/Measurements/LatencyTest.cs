using System.Diagnostics;
using Google.Protobuf;
using WinApi.Client.Command.CommandLine;
using WinApi.Client.Command.Output;
using WinApi.V1;

namespace WinApi.Client.Command.Measurements;

/// <summary>Small round trips one after another: unary calls timed here, then probes timed by the host.</summary>
internal sealed class LatencyTest(CommandContext context, int iterations)
{
    // The host's probes carry as much.
    private const int PayloadBytes = 64;

    private const int MaxWarmUp = 1000;

    private int WarmUp => Math.Min(iterations, MaxWarmUp);

    public async Task<CommandResult> RunAsync()
    {
        var caller = await context.Output.WithProgressAsync(
            "calls, timed here",
            // A thread of its own: a blocking call is the shortest way through the client.
            progress => Task.Factory.StartNew(
                () => MeasureCalls(progress), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        var host = await context.Output.WithProgressAsync("messages, timed by the host", MeasureByHostAsync);
        return new LatencyResult(PayloadBytes, caller, host, context.Connection);
    }

    private LatencySummary MeasureCalls(Action<double> progress)
    {
        var payload = new byte[PayloadBytes];
        new Random(1).NextBytes(payload);
        var request = new PerfExchangeRequest
        {
            Payload = UnsafeByteOperations.UnsafeWrap(payload), ReplyBytes = PayloadBytes,
        };
        for (var i = 0; i < WarmUp; i++)
        {
            context.Client.PerfTest.Exchange(request, context.CallOptions);
        }

        var samples = new LatencySamples(iterations);
        for (var i = 0; i < iterations; i++)
        {
            var start = Stopwatch.GetTimestamp();
            context.Client.PerfTest.Exchange(request, context.CallOptions);
            samples.Add(Stopwatch.GetTimestamp() - start);
            progress((double)i / iterations);
        }

        return samples.Summarize();
    }

    private async Task<LatencySummary> MeasureByHostAsync(Action<double> progress)
    {
        await HostTimedTest.RunAsync(context, NewRequest(WarmUp), _ => { });
        var result = await HostTimedTest.RunAsync(
            context,
            NewRequest(iterations),
            message => progress((double)message.Probe.Sequence / iterations));
        return new LatencySummary(
            (long)result.Iterations,
            result.MinLatencyNs,
            result.AvgLatencyNs,
            result.P50LatencyNs,
            result.P99LatencyNs,
            result.MaxLatencyNs);
    }

    private static PerfTestRequest NewRequest(int iterations) =>
        new() { TestType = PerfTestType.Latency, Iterations = (uint)iterations };
}
