using System.Buffers;
using Google.Protobuf;
using WinApi.Transport.Http2.Protocol;

namespace WinApi.Transport.Http2.Carrying;

/// <summary>The buffers in front of a message, as protos/winapi/http2.proto says.</summary>
internal static class BufferPrefix
{
    private const uint Tag = ((uint)CarriedBuffers.BuffersFieldNumber << 3) | (uint)WireFormat.WireType.LengthDelimited;

    public static int Size(IReadOnlyList<CarriedBuffer> buffers) => new CarriedBuffers { Buffers = { buffers } }.CalculateSize();

    public static void Write(IReadOnlyList<CarriedBuffer> buffers, IBufferWriter<byte> target) =>
        new CarriedBuffers { Buffers = { buffers } }.WriteTo(target);

    /// <summary>Takes the buffers off the front of a payload; gives what is left, which is the message.</summary>
    /// <exception cref="InvalidProtocolBufferException">A buffer cannot be read.</exception>
    public static ReadOnlySequence<byte> Take(ReadOnlySequence<byte> payload, List<CarriedBuffer> buffers)
    {
        while (true)
        {
            var reader = new SequenceReader<byte>(payload);
            if (!TryReadVarint(ref reader, out var tag) || tag != Tag
                || !TryReadVarint(ref reader, out var length) || length > reader.Remaining)
            {
                return payload; // what is broken here, the message's own parser tells
            }

            buffers.Add(CarriedBuffer.Parser.ParseFrom(reader.UnreadSequence.Slice(0, length)));
            payload = reader.UnreadSequence.Slice(length);
        }
    }

    private static bool TryReadVarint(ref SequenceReader<byte> reader, out uint value)
    {
        value = 0;
        for (var shift = 0; shift < 35 && reader.TryRead(out var next); shift += 7)
        {
            value |= (uint)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
