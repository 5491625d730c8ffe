using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Tests.Frames;

public sealed class MessageBodyTests
{
    private static readonly BufferDescriptor First = new(1, 4096, 100);
    private static readonly BufferDescriptor Second = new(ulong.MaxValue, long.MaxValue, long.MinValue);

    [Fact]
    public void Lends_come_before_the_inline_content()
    {
        byte[] bytes = [.. MessageBody.Compose([First, Second], null), 7, 8, 9];

        var body = MessageBody.Read(FrameFlags.Message | FrameFlags.Lends, bytes);

        body.LendCount.Should().Be(2);
        body.Lend(0).Should().Be(First);
        body.Lend(1).Should().Be(Second);
        body.Content.ToArray().Should().Equal(7, 8, 9);
        body.IsShared.Should().BeFalse();
    }

    [Fact]
    public void A_shared_message_is_where_its_descriptor_says()
    {
        var bytes = MessageBody.Compose([First], Second);

        var body = MessageBody.Read(FrameFlags.Message | FrameFlags.Lends | FrameFlags.Shared, bytes);

        body.LendCount.Should().Be(1);
        body.IsShared.Should().BeTrue();
        body.Descriptor.Should().Be(Second);
    }

    [Fact]
    public void A_plain_message_adds_nothing() => MessageBody.Compose([], null).Should().BeEmpty();

    [Fact]
    public void A_body_that_does_not_hold_what_its_flags_say_is_a_violation()
    {
        const FrameFlags Lending = FrameFlags.Message | FrameFlags.Lends;
        Violates(Lending, [], "no count");
        Violates(Lending, [1, 0, 0], "half a count");
        Violates(Lending, [1, 0, 0, 0, 1, 2, 3], "half a descriptor");
        Violates(Lending, [0xFF, 0xFF, 0xFF, 0xFF], "more lends than memory");
        Violates(Lending, [0x01, 0x04, 0, 0, .. new byte[1025 * BufferDescriptor.Size]], "one lend too many");
        Violates(FrameFlags.Message | FrameFlags.Shared, new byte[23], "a descriptor cut short");
        Violates(FrameFlags.Message | FrameFlags.Shared, new byte[25], "a descriptor and a byte");
        Violates(FrameFlags.Message | FrameFlags.Shared | FrameFlags.More, new byte[24], "a shared piece");
        Violates(FrameFlags.None, [1], "content without a message");
        Violates(FrameFlags.Shared, new byte[24], "a descriptor without a message");
    }

    [Fact]
    public void As_many_lends_as_allowed_are_read()
    {
        var lends = Enumerable.Repeat(First, MessageBody.MaxLends).ToArray();

        MessageBody.Read(FrameFlags.Lends, MessageBody.Compose(lends, null)).LendCount.Should()
            .Be(MessageBody.MaxLends);
    }

    private static void Violates(FrameFlags flags, byte[] bytes, string how)
    {
        var read = () =>
        {
            MessageBody.Read(flags, bytes);
        };
        read.Should().Throw<ProtocolViolationException>(how);
    }
}
