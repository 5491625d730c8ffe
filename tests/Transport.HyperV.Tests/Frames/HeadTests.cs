using System.Buffers.Binary;
using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Tests.Frames;

/// <summary>The heads of call frames and of trailers.</summary>
public sealed class HeadTests
{
    [Fact]
    public void The_head_of_a_call_is_read_back()
    {
        var bytes = Write(new CallHead(1_500_000, "/a.B/C", new Metadata { { "key", "value" } }));

        var head = CallHead.Read(bytes, definesMethod: true);

        head.TimeoutMicroseconds.Should().Be(1_500_000);
        head.Method.Should().Be("/a.B/C");
        head.Metadata!.GetValue("key").Should().Be("value");
        CallHead.ReadMethod(bytes).Should().Be("/a.B/C");
    }

    [Fact]
    public void A_call_without_deadline_definition_and_metadata_has_no_head()
    {
        Write(new CallHead(0, null, null)).Should().BeEmpty();
        CallHead.Read([], definesMethod: false).Should().Be(default(CallHead));
    }

    [Fact]
    public void A_call_head_that_does_not_hold_what_it_should_is_a_violation()
    {
        Violates(() => CallHead.Read([], definesMethod: true));
        Violates(() => CallHead.Read(new byte[7], definesMethod: false));
        Violates(() => CallHead.Read(new byte[9], definesMethod: true));
        Violates(() => CallHead.ReadMethod(new byte[9]));

        var longName = new byte[12];
        longName[8] = 3;
        Violates(() => CallHead.Read(longName, definesMethod: true));
        Violates(() => CallHead.ReadMethod(longName));

        var negative = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(negative, -1);
        Violates(() => CallHead.Read(negative, definesMethod: false));
    }

    [Fact]
    public void A_method_name_at_the_very_end_of_its_head_is_read()
    {
        byte[] bytes = [0, 0, 0, 0, 0, 0, 0, 0, 2, 0, (byte)'/', (byte)'a'];

        CallHead.ReadMethod(bytes).Should().Be("/a");
    }

    [Fact]
    public void The_head_of_trailers_is_read_back()
    {
        using var bytes = new PooledBytes(4);
        new TrailersHead("Grüße 👋", new Metadata { { "a", "b" } }).Write(bytes);

        var head = TrailersHead.Read(bytes.WrittenSpan);

        head.Message.Should().Be("Grüße 👋");
        head.Trailers!.GetValue("a").Should().Be("b");
    }

    [Fact]
    public void Trailers_with_nothing_to_say_have_no_head()
    {
        using var bytes = new PooledBytes(4);
        new TrailersHead("", []).Write(bytes);

        bytes.Length.Should().Be(0);
        TrailersHead.Read([]).Message.Should().BeEmpty();
    }

    [Fact]
    public void Trailers_whose_message_is_longer_than_their_head_are_a_violation()
    {
        Violates(() => TrailersHead.Read([1, 0]));
        Violates(() => TrailersHead.Read([5, 0, 0, 0, (byte)'a', 0, 0, 0]));
        Violates(() => TrailersHead.Read([0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]));
    }

    private static void Violates(Action read) => read.Should().Throw<ProtocolViolationException>();

    private static byte[] Write(CallHead head)
    {
        using var bytes = new PooledBytes(4);
        head.Write(bytes);
        return bytes.WrittenSpan.ToArray();
    }
}
