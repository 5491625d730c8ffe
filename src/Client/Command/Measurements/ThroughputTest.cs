using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using WinApi.Client.Command.CommandLine;
using WinApi.Client.Command.Output;
using WinApi.V1;

namespace WinApi.Client.Command.Measurements;

/// <summary>Moves many bytes: by reference, as ordinary messages, and on a stream that the host times.</summary>
internal sealed class ThroughputTest(CommandContext context, long totalBytes, int chunkBytes)
{
    private const int WarmUpCalls = 20;

    public async Task<CommandResult> RunAsync()
    {
        var (byReference, isShared) = await MeasureByReferenceAsync();

        var payload = NewPayload();
        var whole = UnsafeByteOperations.UnsafeWrap(payload);
        var message = await MeasureAsync(
            "ordinary messages",
            length => new PerfExchangeRequest
            {
                Payload = length == chunkBytes ? whole : UnsafeByteOperations.UnsafeWrap(payload.AsMemory(0, length)),
            });

        var hostStream = await context.Output.WithProgressAsync("stream, timed by the host", MeasureByHostAsync);
        return new ThroughputResult(
            chunkBytes, isShared, byReference, message, hostStream, context.Connection);
    }

    /// <summary>The host reads a buffer of the caller's. It is given back at the end: messages need the room.</summary>
    public async Task<(ThroughputSummary Summary, bool IsShared)> MeasureByReferenceAsync()
    {
        using var buffer = await context.Client.RentBufferAsync(chunkBytes, context.CancellationToken);
        NewPayload().CopyTo(buffer.Span);
        var summary = await MeasureAsync(
            "by reference",
            length => new PerfExchangeRequest
            {
                Buffer = length == chunkBytes ? buffer.Reference : buffer.Slice(0, length),
            });
        return (summary, buffer.IsShared);
    }

    private byte[] NewPayload()
    {
        var payload = new byte[chunkBytes];
        new Random(1).NextBytes(payload);
        return payload;
    }

    private Task<ThroughputSummary> MeasureAsync(string title, Func<int, PerfExchangeRequest> newRequest) =>
        context.Output.WithProgressAsync(
            title,
            // A thread of its own: a blocking call is the shortest way through the client.
            progress => Task.Factory.StartNew(
                () => Measure(newRequest, progress),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default));

    private ThroughputSummary Measure(Func<int, PerfExchangeRequest> newRequest, Action<double> progress)
    {
        for (var i = 0; i < WarmUpCalls; i++)
        {
            Exchange(newRequest(chunkBytes), chunkBytes);
        }

        var start = Stopwatch.GetTimestamp();
        long moved = 0;
        while (moved < totalBytes)
        {
            var length = (int)Math.Min(chunkBytes, totalBytes - moved);
            Exchange(newRequest(length), length);
            moved += length;
            progress((double)moved / totalBytes);
        }

        return ThroughputSummary.Of(moved, Stopwatch.GetElapsedTime(start));
    }

    private void Exchange(PerfExchangeRequest request, int length)
    {
        var reply = context.Client.PerfTest.Exchange(request, context.CallOptions);
        if (reply.BytesRead != (ulong)length)
        {
            throw new RpcException(
                new Status(StatusCode.DataLoss, $"the host read {reply.BytesRead} bytes of {length}"));
        }
    }

    private async Task<ThroughputSummary> MeasureByHostAsync(Action<double> progress)
    {
        await HostTimedTest.RunAsync(context, NewRequest(Math.Min(totalBytes, (long)WarmUpCalls << 20)), _ => { });
        long received = 0;
        var result = await HostTimedTest.RunAsync(
            context,
            NewRequest(totalBytes),
            message =>
            {
                received += message.Probe.Payload.Length;
                progress((double)received / totalBytes);
            });
        return received == totalBytes
            ? new ThroughputSummary((long)result.Bytes, (long)result.ElapsedNs, result.ThroughputMbps)
            : throw new RpcException(
                new Status(StatusCode.DataLoss, $"{received} bytes of {totalBytes} came from the host"));
    }

    private static PerfTestRequest NewRequest(long bytes) =>
        new() { TestType = PerfTestType.Throughput, TargetBytes = (ulong)bytes };
}
