using Google.Protobuf;
using Grpc.Core;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Schema;

namespace WinApi.Benchmarks.Peers;

/// <summary>
/// Streams of messages through generated clients: the same code over our channel and over Grpc.Net.Client.
/// </summary>
internal sealed class StreamLane
{
    // So long that beginning and ending a stream does not count.
    private const long BytesOfAStream = 128 * 1024 * 1024;
    private const int LongestStream = 100_000;

    private readonly Streams.StreamsClient _streams;
    private readonly PayloadSize _payload;
    private readonly Chunk _chunk;
    private readonly int _count;
    private byte _value;

    public StreamLane(CallInvoker invoker, PayloadSize payload)
    {
        _streams = new Streams.StreamsClient(invoker);
        _payload = payload;
        _count = CountOf(payload);
        byte[] bytes = new byte[payload.Bytes];
        PayloadBytes.Write(bytes, 1);
        _chunk = new Chunk { Payload = UnsafeByteOperations.UnsafeWrap(bytes) };
    }

    /// <summary>How many messages every stream of such a payload has, whoever carries it.</summary>
    public static int CountOf(PayloadSize payload) => (int)Math.Min(LongestStream, BytesOfAStream / payload.Bytes);

    public async Task<long> DownAsync()
    {
        var request = new DownRequest { Count = (uint)_count, PayloadBytes = (uint)_payload.Bytes, Value = ++_value };
        using AsyncServerStreamingCall<Chunk> call = _streams.Down(request);
        uint count = 0;
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            PayloadBytes.ReadAll(call.ResponseStream.Current.Payload.Span, _value);
            count++;
        }

        return Checked(count);
    }

    public async Task<long> UpAsync()
    {
        using AsyncClientStreamingCall<Chunk, UpReply> call = _streams.Up();
        for (int i = 0; i < _count; i++)
        {
            await call.RequestStream.WriteAsync(_chunk);
        }

        await call.RequestStream.CompleteAsync();
        return Checked((await call).Count);
    }

    private long Checked(uint received) => received == _count
        ? received
        : throw new InvalidDataException($"{received} messages came of {_count}.");
}
