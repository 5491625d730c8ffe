using System.Text;
using Grpc.Core;
using WinApi.V1;

namespace WinApi.Server.Services;

/// <summary>Says back what it hears. Keeps no state: one instance serves all calls at once.</summary>
/// <param name="maxSummaryBytes">
/// The longest text, in bytes of UTF-8, that a summary of a client's stream may grow to.
/// </param>
public sealed class EchoService(int maxSummaryBytes) : Echo.EchoBase
{
    /// <inheritdoc />
    public override Task<EchoReply> UnaryEcho(EchoRequest request, ServerCallContext context) =>
        Task.FromResult(new EchoReply { Text = request.Text, Payload = request.Payload });

    /// <inheritdoc />
    public override async Task ServerStreamingEcho(
        EchoStreamRequest request, IServerStreamWriter<EchoReply> responseStream, ServerCallContext context)
    {
        for (uint sequence = 0; sequence < request.Count; sequence++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            await responseStream.WriteAsync(
                new EchoReply { Text = request.Text, Payload = request.Payload, Sequence = sequence });
        }
    }

    /// <inheritdoc />
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: the texts together pass the limit.</exception>
    public override async Task<EchoSummary> ClientStreamingEcho(
        IAsyncStreamReader<EchoRequest> requestStream, ServerCallContext context)
    {
        var text = new StringBuilder();
        var summary = new EchoSummary();
        long textBytes = 0;
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var request = requestStream.Current;
            textBytes += Encoding.UTF8.GetByteCount(request.Text);
            if (textBytes > maxSummaryBytes)
            {
                // A stream has no end of its own; the text kept of it must.
                throw new RpcException(new Status(
                    StatusCode.ResourceExhausted,
                    $"the texts of the stream are over {maxSummaryBytes} bytes together, the most that fits one reply "
                        + "(MaxSendMessageBytes)"));
            }

            text.Append(request.Text);
            summary.PayloadBytes += (ulong)request.Payload.Length;
            summary.Count++;
        }

        summary.Text = text.ToString();
        return summary;
    }

    /// <inheritdoc />
    public override async Task BidirectionalStreamingEcho(
        IAsyncStreamReader<EchoRequest> requestStream,
        IServerStreamWriter<EchoReply> responseStream,
        ServerCallContext context)
    {
        for (uint sequence = 0; await requestStream.MoveNext(context.CancellationToken); sequence++)
        {
            var request = requestStream.Current;
            await responseStream.WriteAsync(
                new EchoReply { Text = request.Text, Payload = request.Payload, Sequence = sequence });
        }
    }
}
