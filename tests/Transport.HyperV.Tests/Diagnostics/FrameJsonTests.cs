using System.Collections.Concurrent;
using System.Text.Json;
using WinApi.Transport.HyperV.Diagnostics;
using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Tests.Diagnostics;

public sealed class FrameJsonTests
{
    [Theory]
    [InlineData((byte)FrameType.Call, (byte)FrameFlags.DefinesMethod, 3)]
    [InlineData((byte)FrameType.Call, (byte)FrameFlags.None, 3)]
    [InlineData((byte)FrameType.Headers, (byte)FrameFlags.None, 3)]
    [InlineData((byte)FrameType.Trailers, (byte)FrameFlags.None, 5)]
    [InlineData((byte)FrameType.Message, (byte)FrameFlags.Shared, 0)]
    [InlineData((byte)FrameType.Message, (byte)FrameFlags.Lends, 0)]
    [InlineData((byte)FrameType.Buffer, (byte)FrameFlags.None, 3)]
    public void A_frame_that_breaks_the_protocol_is_said_to_be_malformed(byte type, byte flags, int headLength)
    {
        var frame = Describe(new FrameHeader((FrameType)type, (FrameFlags)flags, 1, 1, headLength, 8), [255, 255, 255, 255, 255, 255, 255, 255]);

        frame.GetProperty("malformed").GetString().Should().NotBeEmpty();
    }

    [Theory]
    [InlineData(77)]
    [InlineData((byte)FrameType.Release)]
    [InlineData((byte)FrameType.Goodbye)]
    [InlineData((byte)FrameType.Ping)]
    [InlineData((byte)FrameType.Window)]
    public void Any_other_frame_can_be_told(byte type)
    {
        var frame = Describe(new FrameHeader((FrameType)type, (FrameFlags)0x80, 9999, 1, 0, 8), [1, 2, 3, 4, 5, 6, 7, 8]);

        frame.GetProperty("flags").GetInt32().Should().Be(128);
    }

    private static JsonElement Describe(FrameHeader header, ReadOnlySpan<byte> content)
    {
        var json = new FrameJson("received", "host", Guid.NewGuid(), new ConcurrentDictionary<ushort, string>());
        using var document = JsonDocument.Parse(json.Describe(header, content[..header.HeadLength], content[header.HeadLength..]));
        return document.RootElement.Clone();
    }
}
