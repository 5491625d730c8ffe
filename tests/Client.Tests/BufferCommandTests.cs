using System.IO.Hashing;

namespace WinApi.Client.Tests;

public sealed class BufferCommandTests : CommandTest
{
    public static TheoryData<string, string> OperationsAndMemories =>
    [
        ("write", "auto"), ("read", "auto"), ("verify", "auto"), ("checksum", "auto"),
        ("write", "none"), ("read", "none"), ("verify", "none"), ("checksum", "none"),
    ];

    [Theory, MemberData(nameof(OperationsAndMemories))]
    public async Task Every_operation_works_with_shared_memory_and_without(string operation, string memory)
    {
        var result = await RunForJson("buffer", "--size", "1MiB", "--op", operation, "--shared-memory", memory);

        var shares = memory == "auto" && OperatingSystem.IsLinux();
        result.GetProperty("operation").GetString().Should().Be(operation);
        result.GetProperty("bytes_processed").GetInt64().Should().Be(1 << 20);
        result.GetProperty("mismatched_bytes").GetInt64().Should().Be(0);
        result.GetProperty("elapsed_ns").GetInt64().Should().BePositive();
        result.GetProperty("shared_memory").GetBoolean().Should().Be(shares);
        result.GetProperty("connection").GetProperty("memory").GetString().Should().Be(shares ? "memfd" : "none");
    }

    [Theory]
    [InlineData("write")]
    [InlineData("verify")]
    public async Task The_checksum_is_that_of_the_pattern(string operation)
    {
        var result = await RunForJson("buffer", "--size", "10", "--op", operation, "--count", "2", "--pattern",
            "0x11223344");

        byte[] one = [0x44, 0x33, 0x22, 0x11, 0x44, 0x33, 0x22, 0x11, 0x44, 0x33];
        result.GetProperty("checksum").GetString().Should().Be($"{Crc32.HashToUInt32([.. one, .. one]):x8}");
        result.GetProperty("bytes_processed").GetInt64().Should().Be(20);
    }

    [Fact]
    public async Task Buffers_larger_than_the_default_mapping_get_a_larger_one()
    {
        var result = await RunForJson("buffer", "--size", "20MiB", "--count", "3", "--op", "verify");

        result.GetProperty("bytes_processed").GetInt64().Should().Be(60 << 20);
    }

    [Fact]
    public async Task For_people_it_says_whether_bytes_were_copied()
    {
        var program = Start("buffer", "--size", "64KiB", "--op", "checksum", "--shared-memory", "none");

        (await program.EndsAsync()).Should().Be(0);
        string.Join('\n', program.Output).Should().Contain("copied").And.NotContain("\u001b", "a pipe is no terminal");
    }
}
