using Grpc.Core;
using WinApi.Client.Command.CommandLine;
using WinApi.V1;

namespace WinApi.Client.Command.Measurements;

/// <summary>The caller's part in a test that the host times: it echoes each probe.</summary>
internal static class HostTimedTest
{
    /// <exception cref="RpcException">The call failed, or the host ended it without a result (INTERNAL).</exception>
    public static async Task<PerfTestResult> RunAsync(
        CommandContext context, PerfTestRequest start, Action<PerfTestMessage> onProbe)
    {
        using var call = context.Client.PerfTest.Run(context.CallOptions);
        await call.RequestStream.WriteAsync(new PerfTestMessage { Start = start });
        PerfTestResult? result = null;
        while (await call.ResponseStream.MoveNext(context.CancellationToken))
        {
            var message = call.ResponseStream.Current;
            if (message.StepCase == PerfTestMessage.StepOneofCase.Probe)
            {
                await call.RequestStream.WriteAsync(
                    new PerfTestMessage { Echo = new PerfProbe { Sequence = message.Probe.Sequence } });
                onProbe(message);
            }
            else if (message.StepCase == PerfTestMessage.StepOneofCase.Result)
            {
                result = message.Result;
            }
        }

        return result ?? throw new RpcException(
            new Status(StatusCode.Internal, "the host ended the test without a result"));
    }
}
