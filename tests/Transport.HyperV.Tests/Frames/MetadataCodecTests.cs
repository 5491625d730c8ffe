using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Tests.Frames;

public sealed class MetadataCodecTests
{
    public static TheoryData<string, byte[]> Malformed => new()
    {
        { "half a header", [1, 0, 1] },
        { "a key longer than the rest", [5, 0, 0, 0, 0, 0, (byte)'a'] },
        { "a value longer than the rest", [1, 0, 9, 0, 0, 0, (byte)'a', (byte)'b'] },
        { "a value of 4 GiB", [1, 0, 0xFF, 0xFF, 0xFF, 0xFF, (byte)'a'] },
        { "a value whose length overflows with its key's", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, (byte)'a'] },
        { "no key", [0, 0, 1, 0, 0, 0, (byte)'v'] },
        { "a key that is not ASCII", [1, 0, 0, 0, 0, 0, 0x80] },
        { "a key with a space", [1, 0, 0, 0, 0, 0, (byte)' '] },
        { "a key with a line break", [2, 0, 0, 0, 0, 0, (byte)'a', (byte)'\n'] },
        { "a text that is not ASCII", [1, 0, 1, 0, 0, 0, (byte)'a', 0xFF] },
        { "bytes after the last entry", [1, 0, 1, 0, 0, 0, (byte)'a', (byte)'b', 0] },
    };

    [Fact]
    public void Entries_of_both_kinds_are_read_back_in_order()
    {
        var metadata = new Metadata
        {
            { "text", "a value" },
            { "bytes-bin", [0, 255, 10, 13] },
            { "empty", "" },
            { "none-bin", [] },
            { "text", "again" },
        };

        var read = MetadataCodec.Read(Write(metadata));

        read.Select(entry => entry.Key).Should().Equal("text", "bytes-bin", "empty", "none-bin", "text");
        read[0].Value.Should().Be("a value");
        read[1].ValueBytes.Should().Equal(0, 255, 10, 13);
        read[2].Value.Should().BeEmpty();
        read[3].ValueBytes.Should().BeEmpty();
        read[4].Value.Should().Be("again");
    }

    [Fact]
    public void Nothing_is_written_for_no_metadata()
    {
        Write(null).Should().BeEmpty();
        Write([]).Should().BeEmpty();
        MetadataCodec.Read([]).Should().BeEmpty();
    }

    [Fact]
    public void The_measure_is_the_length_written()
    {
        var metadata = new Metadata { { "key", "value" }, { "other-bin", new byte[1000] } };

        MetadataCodec.Measure(metadata).Should().Be(Write(metadata).Length);
        MetadataCodec.Measure(null).Should().Be(0);
    }

    [Theory, MemberData(nameof(Malformed))]
    public void Malformed_bytes_are_a_violation(string how, byte[] bytes)
    {
        var read = () => MetadataCodec.Read(bytes);

        read.Should().Throw<ProtocolViolationException>(how).WithMessage("malformed metadata: *");
    }

    [Fact]
    public void Random_bytes_are_read_or_a_violation_and_nothing_else()
    {
        var random = new Random(1);
        var valid = Write(new Metadata { { "some-key", "some value" }, { "data-bin", [1, 2, 3] } });
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = valid.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var error = Record.Exception(() => MetadataCodec.Read(bytes.AsSpan(0, random.Next(bytes.Length + 1))));

            (error is null or ProtocolViolationException).Should().BeTrue($"{Convert.ToHexString(bytes)} gave {error}");
        }
    }

    private static byte[] Write(Metadata? metadata)
    {
        using var bytes = new PooledBytes(4);
        MetadataCodec.Write(bytes, metadata);
        return bytes.WrittenSpan.ToArray();
    }
}
