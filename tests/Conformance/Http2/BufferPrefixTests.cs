using System.Buffers;
using Google.Protobuf;
using WinApi.Transport.Http2.Carrying;
using WinApi.Transport.Http2.Protocol;

namespace WinApi.Conformance.Tests.Http2;

/// <summary>The bytes in front of a message.</summary>
public sealed class BufferPrefixTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void What_is_written_is_taken_off_again_and_the_message_left(int count)
    {
        var buffers = Enumerable.Range(1, count).Select(Buffer).ToArray();
        var payload = new ArrayBufferWriter<byte>();
        BufferPrefix.Write(buffers, payload);
        payload.WrittenCount.Should().Be(BufferPrefix.Size(buffers));
        payload.Write(new Request { Payload = Pattern.Payload(30) }.ToByteArray());

        var taken = new List<CarriedBuffer>();
        var rest = BufferPrefix.Take(new ReadOnlySequence<byte>(payload.WrittenMemory), taken);

        taken.Should().Equal(buffers);
        Request.Parser.ParseFrom(rest).Payload.Should().Equal(Pattern.Payload(30));
    }

    [Fact]
    public void Who_knows_nothing_of_it_skips_it()
    {
        var payload = new ArrayBufferWriter<byte>();
        BufferPrefix.Write([Buffer(1)], payload);
        payload.Write(new Request { Payload = Pattern.Payload(30) }.ToByteArray());

        Request.Parser.ParseFrom(payload.WrittenSpan).Payload.Should().Equal(Pattern.Payload(30));
    }

    [Fact]
    public void Whatever_stands_there_is_refused_or_left_to_the_message()
    {
        var random = new Random(1);
        var whole = new ArrayBufferWriter<byte>();
        BufferPrefix.Write([Buffer(1), Buffer(2)], whole);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = whole.WrittenSpan[..random.Next(whole.WrittenCount + 1)].ToArray();
            for (var change = 0; bytes.Length > 0 && change < random.Next(3); change++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var taken = new List<CarriedBuffer>();
            var error = Record.Exception(() => BufferPrefix.Take(new ReadOnlySequence<byte>(bytes), taken));

            (error is null or InvalidProtocolBufferException).Should().BeTrue($"{Convert.ToHexString(bytes)} gave {error}");
            taken.Sum(buffer => buffer.Data.Length).Should().BeLessThanOrEqualTo(bytes.Length);
        }
    }

    private static CarriedBuffer Buffer(int index) => new()
    {
        Lease = (ulong)index << 40,
        Offset = 4096,
        Data = Pattern.Payload(100 * index, index),
        Returned = index % 2 == 0,
    };
}
