using Grpc.Core;
using WinApi.Benchmarks.Measuring;
using WinApi.V1;

namespace WinApi.Benchmarks.Services;

/// <summary>
/// The small call, and the streams of the C client. The same class answers behind our transport and behind ASP.NET Core.
/// Streams are as those of <see cref="StreamService"/>.
/// </summary>
internal sealed class EchoService : Echo.EchoBase
{
    public override Task<EchoReply> UnaryEcho(EchoRequest request, ServerCallContext context) =>
        Task.FromResult(new EchoReply { Payload = request.Payload });

    public override async Task ServerStreamingEcho(
        EchoStreamRequest request, IServerStreamWriter<EchoReply> responseStream, ServerCallContext context)
    {
        var reply = new EchoReply { Payload = request.Payload };
        for (uint i = 0; i < request.Count; i++)
        {
            reply.Sequence = i;
            await responseStream.WriteAsync(reply);
        }
    }

    public override async Task<EchoSummary> ClientStreamingEcho(
        IAsyncStreamReader<EchoRequest> requestStream, ServerCallContext context)
    {
        var summary = new EchoSummary();
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            ReadOnlySpan<byte> payload = requestStream.Current.Payload.Span;
            PayloadBytes.ReadAll(payload, payload[0]);
            summary.Count++;
            summary.PayloadBytes += (ulong)payload.Length;
        }

        return summary;
    }
}
