using Grpc.Core;
using WinApi.Transport.HyperV;
using WinApi.V1;

namespace WinApi.Server.Services;

/// <summary>
/// Measures a connection, or answers a caller that does. Keeps no state: one instance serves all calls at once.
/// </summary>
public sealed class PerfTestService : PerfTest.PerfTestBase
{
    private const uint MaxIterations = 10_000_000;
    private const ulong MaxTargetBytes = 1UL << 40;

    /// <inheritdoc />
    /// <exception cref="RpcException">
    /// INVALID_ARGUMENT: the reply asked for is too large, or the buffer was not lent with this call.
    /// </exception>
    public override Task<PerfExchangeReply> Exchange(PerfExchangeRequest request, ServerCallContext context)
    {
        if (request.ReplyBytes > TestPayload.MaxLength)
        {
            throw InvalidArgument($"reply_bytes is {request.ReplyBytes} and may be at most {TestPayload.MaxLength}");
        }

        MemoryRead.Fold(request.Payload.Span);
        var reply = new PerfExchangeReply { BytesRead = (ulong)request.Payload.Length };
        if (request.Buffer is not null)
        {
            using var buffer = context.OpenBuffer(request.Buffer);
            MemoryRead.Fold(buffer.ReadOnlySpan);
            reply.BytesRead += (ulong)buffer.Length;
        }

        reply.Payload = TestPayload.Take((int)request.ReplyBytes);
        return Task.FromResult(reply);
    }

    /// <inheritdoc />
    /// <exception cref="RpcException">
    /// INVALID_ARGUMENT: the first message is not a valid <c>start</c>, or an echo is missing or out of order.
    /// </exception>
    public override async Task Run(
        IAsyncStreamReader<PerfTestMessage> requestStream,
        IServerStreamWriter<PerfTestMessage> responseStream,
        ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken)
            || requestStream.Current.StepCase != PerfTestMessage.StepOneofCase.Start)
        {
            throw InvalidArgument("the first message must be `start`");
        }

        var start = requestStream.Current.Start;
        Validate(start);
        var run = new HostTimedRun(requestStream, responseStream, context.CancellationToken);
        var result = start.TestType == PerfTestType.Latency
            ? await run.MeasureLatencyAsync(start.Iterations)
            : await run.MeasureThroughputAsync((long)start.TargetBytes);
        await responseStream.WriteAsync(new PerfTestMessage { Result = result });
    }

    private static void Validate(PerfTestRequest start)
    {
        switch (start.TestType)
        {
            case PerfTestType.Latency when start.Iterations is 0 or > MaxIterations:
                throw InvalidArgument($"iterations is {start.Iterations} and must be from 1 to {MaxIterations}");
            case PerfTestType.Throughput when start.TargetBytes is 0 or > MaxTargetBytes:
                throw InvalidArgument($"target_bytes is {start.TargetBytes} and must be from 1 to {MaxTargetBytes}");
            case PerfTestType.Latency or PerfTestType.Throughput:
                return;
            default:
                throw InvalidArgument(
                    $"unknown test type {(int)start.TestType}; known are LATENCY (1) and THROUGHPUT (2)");
        }
    }

    private static RpcException InvalidArgument(string detail) => new(new Status(StatusCode.InvalidArgument, detail));
}
