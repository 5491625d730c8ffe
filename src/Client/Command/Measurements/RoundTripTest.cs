using System.Diagnostics;
using Grpc.Core;
using Grpc.Health.V1;
using WinApi.Client.Command.CommandLine;
using WinApi.Client.Command.Output;

namespace WinApi.Client.Command.Measurements;

/// <summary>The time of a small call, from some of them one after another.</summary>
internal static class RoundTripTest
{
    private const int WarmUpCalls = 20;
    private const int MeasuredCalls = 101;

    public static Task<LatencySummary> RunAsync(CommandContext context) =>
        Task.Factory.StartNew(
            () => Measure(context), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static LatencySummary Measure(CommandContext context)
    {
        var health = new Health.HealthClient(context.Client.Channel);
        var samples = new LatencySamples(MeasuredCalls);
        for (var i = -WarmUpCalls; i < MeasuredCalls; i++)
        {
            var start = Stopwatch.GetTimestamp();
            Ping(context, health);
            if (i >= 0)
            {
                samples.Add(Stopwatch.GetTimestamp() - start);
            }
        }

        return samples.Summarize();
    }

    private static void Ping(CommandContext context, Health.HealthClient health)
    {
        try
        {
            health.Check(new HealthCheckRequest(), context.CallOptions);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            // A refusal has made the same way there and back.
        }
    }
}
