using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Tests.Frames;

public sealed class FrameHeaderTests
{
    [Fact]
    public void Its_bytes_are_those_of_the_protocol()
    {
        var bytes = new byte[FrameHeader.Size];

        new FrameHeader(FrameType.Call, FrameFlags.EndOfStream | FrameFlags.Message, 0x1234, 0xA1B2C3D4, 0x11, 0x010203)
            .Write(bytes);

        bytes.Should().Equal(
            0x03, 0x02, 0x01, 0x00, 2, 0x03, 0x34, 0x12, 0xD4, 0xC3, 0xB2, 0xA1, 0x11, 0, 0, 0);
    }

    [Fact]
    public void What_was_written_is_read_back()
    {
        var bytes = new byte[FrameHeader.Size];
        var header = new FrameHeader(FrameType.Trailers, FrameFlags.Shared, ushort.MaxValue, uint.MaxValue, 7, 4096);

        header.Write(bytes);

        FrameHeader.Read(bytes).Should().Be(header);
        header.BodyLength.Should().Be(4089);
    }

    [Fact]
    public void Lengths_past_2_GiB_come_out_negative_and_so_fail_every_bound()
    {
        byte[] bytes = [0xFF, 0xFF, 0xFF, 0xFF, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x80];

        var header = FrameHeader.Read(bytes);

        header.Length.Should().BeNegative();
        header.HeadLength.Should().BeNegative();
    }
}
