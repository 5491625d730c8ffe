using System.Security.Cryptography;
using Google.Protobuf;

namespace WinApi.Conformance.Tests;

/// <summary>Bytes that differ at every place and for every seed, so that what lands in the wrong place shows.</summary>
internal static class Pattern
{
    public static void Fill(Span<byte> target, int seed) => new Random(seed).NextBytes(target);

    public static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        Fill(bytes, seed);
        return bytes;
    }

    public static ByteString Payload(int length, int seed = 1) => UnsafeByteOperations.UnsafeWrap(Bytes(length, seed));

    public static ByteString Digest(ReadOnlySpan<byte> bytes) =>
        UnsafeByteOperations.UnsafeWrap(SHA256.HashData(bytes));

    /// <summary>A request that takes exactly <paramref name="size"/> bytes on the wire.</summary>
    public static Request RequestOfSize(int size, Script? script = null)
    {
        var request = new Request { Script = script };
        request.Payload = Payload(PayloadThatFits(size - request.CalculateSize()));
        request.CalculateSize().Should().Be(size);
        return request;
    }

    /// <summary>
    /// How long a reply's payload has to be for a unary reply to take exactly <paramref name="size"/> bytes, where
    /// the request's payload has <paramref name="requestBytes"/> (or any number of the same magnitude).
    /// </summary>
    public static uint ReplyBytesForSize(int size, int requestBytes)
    {
        var rest = new Reply { RequestsRead = 1, BytesRead = (ulong)requestBytes, Digest = Digest([]) };
        return (uint)PayloadThatFits(size - rest.CalculateSize());
    }

    /// <summary>The reply that a unary handler gives to a request with <paramref name="payload"/>.</summary>
    public static Reply ReplyTo(ByteString payload, uint replyBytes) => new()
    {
        Payload = replyBytes == 0 ? payload : Payload((int)replyBytes),
        RequestsRead = 1,
        BytesRead = (ulong)payload.Length,
        Digest = Digest(payload.Span),
    };

    private static int PayloadThatFits(int room)
    {
        var length = room - 1 - CodedOutputStream.ComputeLengthSize(room);
        return 1 + CodedOutputStream.ComputeLengthSize(length) + length == room
            ? length
            : throw new ArgumentOutOfRangeException(nameof(room), room, "No payload fills this room exactly.");
    }
}
