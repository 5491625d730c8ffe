using System.Runtime.InteropServices;
using System.Text.Json;

namespace WinApi.Client.Tests;

public sealed class PerfCommandTests : CommandTest
{
    [Theory]
    [InlineData("auto")]
    [InlineData("none")]
    public async Task Latency_is_measured_by_both_ends(string memory)
    {
        var result = await RunForJson("perf", "latency", "--iterations", "200", "--shared-memory", memory);

        foreach (var end in (string[])["caller", "host"])
        {
            var latency = result.GetProperty(end);
            latency.GetProperty("iterations").GetInt64().Should().Be(200);
            double[] rising = [Value("min_ns"), Value("p50_ns"), Value("p99_ns"), Value("max_ns")];
            rising.Should().BeInAscendingOrder().And.OnlyContain(value => value > 0);
            Value("avg_ns").Should().BeInRange(Value("min_ns"), Value("max_ns"));

            double Value(string name) => latency.GetProperty(name).GetDouble();
        }
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("none")]
    public async Task Throughput_is_measured_each_way(string memory)
    {
        var result = await RunForJson("perf", "throughput", "--size", "10MiB", "--chunk", "512KiB", "--shared-memory",
            memory);

        result.GetProperty("chunk_bytes").GetInt64().Should().Be(512 << 10);
        result.GetProperty("by_reference_shared").GetBoolean().Should()
            .Be(memory == "auto" && OperatingSystem.IsLinux());
        foreach (var way in (string[])["by_reference", "message", "host_stream"])
        {
            var summary = result.GetProperty(way);
            var bytes = summary.GetProperty("bytes").GetInt64();
            var elapsed = summary.GetProperty("elapsed_ns").GetInt64();
            bytes.Should().BeGreaterThanOrEqualTo(10 << 20);
            summary.GetProperty("mb_per_second").GetDouble().Should()
                .BeApproximately(bytes * 1e3 / elapsed, bytes * 1e3 / elapsed * 0.01);
        }
    }

    [Fact]
    public async Task A_size_that_no_chunk_divides_is_moved_to_the_last_byte()
    {
        var result = await RunForJson("perf", "throughput", "--size", "1000001", "--chunk", "300KiB");

        result.GetProperty("by_reference").GetProperty("bytes").GetInt64().Should().BeGreaterThanOrEqualTo(1_000_001);
    }

    [Fact]
    public async Task Two_commands_at_once_do_not_disturb_each_other()
    {
        ProgramRun[] both =
        [
            Start("perf", "throughput", "--size", "30MiB", "--json"),
            Start("perf", "latency", "--iterations", "1000", "--json"),
        ];

        foreach (var program in both)
        {
            (await program.EndsAsync()).Should().Be(0);
            ParseObject(program).GetProperty("connection").GetProperty("endpoint").GetString().Should()
                .Be(Host.Endpoint);
        }
    }

    [Fact]
    public async Task A_host_killed_in_the_middle_is_one_line_and_exit_code_1()
    {
        var program = Start("perf", "latency", "--iterations", "10000000");
        await Host.Program.LogsAsync("Connection", "open");

        await Host.Program.KillAsync();

        (await program.EndsAsync()).Should().BeOneOf([1, 3], "the call was cut off, or the host was gone before it");
        ShouldFailInOneLine(program);
        program.Errors[0].Should().Contain("UNAVAILABLE");
    }

    [Fact]
    public async Task Ctrl_C_ends_it_with_130()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        var program = Start("perf", "latency", "--iterations", "10000000", "--json");
        await Host.Program.LogsAsync("Connection", "open");

        program.Signal(PosixSignal.SIGINT);

        (await program.EndsAsync()).Should().Be(130);
        ParseObject(program).GetProperty("error").GetProperty("status").GetString().Should().Be("CANCELLED");
    }
}
