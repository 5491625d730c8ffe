using System.Diagnostics;
using Grpc.Core;
using WinApi.V1;

namespace WinApi.Server.Services;

/// <summary>One test that the host times: sends probes, checks that each is echoed in order, and sums up.</summary>
internal sealed class HostTimedRun(
    IAsyncStreamReader<PerfTestMessage> echoes,
    IServerStreamWriter<PerfTestMessage> probes,
    CancellationToken cancellationToken)
{
    private const int LatencyPayloadBytes = 64;
    private const int ThroughputPayloadBytes = 1024 * 1024;

    // So many probes are under way at once that the next is ready while an echo travels.
    private const int ThroughputProbesUnderWay = 8;

    private readonly LatencyHistogram _latency = new();
    private readonly long[] _sentAt = new long[ThroughputProbesUnderWay];

    public Task<PerfTestResult> MeasureLatencyAsync(long iterations) =>
        MeasureAsync(iterations * LatencyPayloadBytes, LatencyPayloadBytes, probesUnderWay: 1);

    public Task<PerfTestResult> MeasureThroughputAsync(long targetBytes) =>
        MeasureAsync(targetBytes, ThroughputPayloadBytes, ThroughputProbesUnderWay);

    private async Task<PerfTestResult> MeasureAsync(long totalBytes, int payloadBytes, int probesUnderWay)
    {
        var count = (totalBytes + payloadBytes - 1) / payloadBytes;
        var unsent = totalBytes;
        long sent = 0;
        var start = Stopwatch.GetTimestamp();
        for (long echoed = 0; echoed < count; echoed++)
        {
            for (; sent < count && sent - echoed < probesUnderWay; sent++)
            {
                var length = (int)Math.Min(unsent, payloadBytes);
                unsent -= length;
                await SendProbeAsync(sent, length);
            }

            await ReceiveEchoAsync(echoed);
        }

        return Summarize(totalBytes, ElapsedTime.NanosecondsSince(start));
    }

    private Task SendProbeAsync(long sequence, int length)
    {
        var probe = new PerfProbe { Sequence = (ulong)sequence, Payload = TestPayload.Take(length) };
        _sentAt[sequence % _sentAt.Length] = Stopwatch.GetTimestamp();
        return probes.WriteAsync(new PerfTestMessage { Probe = probe });
    }

    private async Task ReceiveEchoAsync(long sequence)
    {
        if (!await echoes.MoveNext(cancellationToken))
        {
            throw OutOfOrder(sequence, "the stream ended");
        }

        var elapsed = ElapsedTime.NanosecondsSince(_sentAt[sequence % _sentAt.Length]);
        var message = echoes.Current;
        if (message.StepCase != PerfTestMessage.StepOneofCase.Echo)
        {
            throw OutOfOrder(sequence, $"a message of kind {message.StepCase} came");
        }

        if (message.Echo.Sequence != (ulong)sequence)
        {
            throw OutOfOrder(sequence, $"echo {message.Echo.Sequence} came");
        }

        if (!message.Echo.Payload.IsEmpty)
        {
            throw OutOfOrder(sequence, $"an echo with a payload of {message.Echo.Payload.Length} bytes came");
        }

        _latency.Add(elapsed);
    }

    private PerfTestResult Summarize(long bytes, ulong elapsedNanoseconds) => new()
    {
        ThroughputMbps = bytes * 1e3 / elapsedNanoseconds, // bytes/ns are GB/s
        MinLatencyNs = _latency.Min,
        AvgLatencyNs = _latency.Average,
        P50LatencyNs = _latency.Percentile(0.50),
        P99LatencyNs = _latency.Percentile(0.99),
        MaxLatencyNs = _latency.Max,
        Iterations = (ulong)_latency.Count,
        Bytes = (ulong)bytes,
        ElapsedNs = elapsedNanoseconds,
    };

    private static RpcException OutOfOrder(long expected, string found) => new(new Status(
        StatusCode.InvalidArgument, $"an echo of probe {expected}, without a payload, was due, but {found}"));
}
