using Google.Protobuf;
using Grpc.Core;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Schema;

namespace WinApi.Benchmarks.Services;

/// <summary>
/// Many messages in one call. The same class answers behind our transport and behind ASP.NET Core. Who sends sends one
/// message object again and again; who receives reads every byte of every message.
/// </summary>
internal sealed class StreamService : Streams.StreamsBase
{
    public override async Task Down(
        DownRequest request, IServerStreamWriter<Chunk> responseStream, ServerCallContext context)
    {
        byte[] payload = new byte[request.PayloadBytes];
        PayloadBytes.Write(payload, (byte)request.Value);
        var chunk = new Chunk { Payload = UnsafeByteOperations.UnsafeWrap(payload) };
        for (uint i = 0; i < request.Count; i++)
        {
            await responseStream.WriteAsync(chunk);
        }
    }

    public override async Task<UpReply> Up(IAsyncStreamReader<Chunk> requestStream, ServerCallContext context)
    {
        uint count = 0;
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            ReadOnlySpan<byte> payload = requestStream.Current.Payload.Span;
            PayloadBytes.ReadAll(payload, payload[0]);
            count++;
        }

        return new UpReply { Count = count };
    }
}
