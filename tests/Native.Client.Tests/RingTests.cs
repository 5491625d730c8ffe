using System.Diagnostics;

namespace WinApi.Native.Client.Tests;

/// <summary>Frames in rings of the shared memory, from the C client's side.</summary>
public sealed class RingTests : NativeTest
{
    private const string Taskset = "/usr/bin/taskset";

    [Theory]
    [InlineData("threads")]
    [InlineData("threads", "spin")]
    public async Task Bytes_pass_both_rings_in_order_and_without_a_race(params string[] how)
    {
        var run = Start(await NativeBuild.ThreadSanitizerAsync(), "rings", [how[0], "5000000", .. how[1..]]);

        (await run.EndsAsync()).Should().Be(0, run.Everything);
        run.Output[0].Should().Be("good 5000000 bytes there, 5000000 back");
    }

    [Theory]
    [InlineData("processes")]
    [InlineData("processes", "spin")]
    public async Task Two_processes_wake_each_other_by_doorbells_alone(params string[] how)
    {
        var run = Start(await NativeBuild.AddressSanitizerAsync(), "rings", [how[0], "10000000", .. how[1..]]);

        (await run.EndsAsync()).Should().Be(0, run.Everything);
        run.Output[0].Should().Be("good 10000000 bytes there, 10000000 back");
    }

    [Fact]
    public async Task Counts_that_cannot_be_are_refused()
    {
        var run = Start(await NativeBuild.AddressSanitizerAsync(), "rings", "nonsense");

        (await run.EndsAsync()).Should().Be(0, run.Everything);
        run.Output.Should().Equal(
            "written 65536 read 0: reads writes",
            "written 65537 read 0: refuses to read writes",
            "written 4294967295 read 65536: refuses to read writes",
            "written 0 read 65537: reads refuses to write",
            "written 0 read 4294967295: reads refuses to write");
    }

    [Theory]
    [InlineData("written", "the host says that more bytes lie in its ring than a ring holds")]
    [InlineData("read", "the host says that it has read more of this side's ring than was written")]
    [InlineData("frame", "a frame announces 4294967295 bytes and the limit is ")]
    public async Task A_host_that_breaks_the_ring_loses_the_connection_and_the_program_lives(string how, string reason)
    {
        var run = await CallHostileHostAsync(how);

        run.Output[^1].Should().StartWith($"ended UNAVAILABLE: the connection ended: {reason}", run.Everything);
    }

    [Fact]
    public async Task Sleep_words_that_cannot_be_do_no_harm()
    {
        var run = await CallHostileHostAsync("asleep");

        run.Output[^2].Should().StartWith("answered 5000, ", run.Everything);
        run.Output[^1].Should().Be("ended OK: ");
    }

    [Fact]
    public async Task What_is_in_the_ring_when_the_host_goes_is_read_first()
    {
        var run = await CallHostileHostAsync("answer");

        run.Output[^2].Should().StartWith("answered 1, ", run.Everything);
        run.Output[^1].Should().StartWith("ended UNAVAILABLE: ");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("50")]
    [InlineData("1000")]
    public async Task A_host_that_is_killed_ends_calls_through_rings_however_long_is_spun(string microseconds)
    {
        var host = await StartHostAsync();
        var calls = Path.Combine(await NativeBuild.AddressSanitizerAsync(), "calls");
        await using var run = NativeProgram.Start(calls, [host.Endpoint, "1000000000"], ("WINAPI_SPIN_US", microseconds));
        await run.PrintsAsync("calling");

        var watch = Stopwatch.StartNew();
        await host.Program.KillAsync();
        var ended = await run.PrintsAsync("ended ");

        ended.Should().StartWith("ended UNAVAILABLE");
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(5), "the socket's end tells it, not a timeout");
        run.Output[0].Should().Be("rings 1");
        (await run.EndsAsync()).Should().Be(0, run.Everything);
    }

    [Theory]
    [InlineData("50")]
    [InlineData("0")]
    public async Task On_one_processor_for_both_calls_go_on(string microseconds)
    {
        Assert.SkipUnless(File.Exists(Taskset), "taskset is not installed.");
        using var folder = new TemporaryFolder();
        var endpoint = $"unix://{folder.Path}/host.sock";
        await using var host = ProgramRun.Start(Taskset, ["-c", "0", ProgramPaths.Host, "--endpoint", endpoint]);
        await host.PrintsAsync("listening on ");

        var run = await RunAsync(
            Taskset, ["-c", "0", Path.Combine(await NativeBuild.PlainAsync(), "calls"), endpoint, "10000"],
            ("WINAPI_SPIN_US", microseconds));

        run.Output[0].Should().Be("rings 1", run.Everything);
        run.Output[^1].Should().Be("ended OK: ", run.Everything);
        TestContext.Current.SendDiagnosticMessage(run.Output[^2]);
    }

    [Theory]
    [InlineData("WINAPI_RINGS", "0", "rings 0")]
    [InlineData("WINAPI_RINGS", "1", "rings 1")]
    [InlineData("WINAPI_SPIN_US", "0", "rings 1")]
    public async Task The_environment_decides_where_the_program_does_not(string name, string value, string expected)
    {
        var host = await StartHostAsync();

        var run = await RunAsync(
            Path.Combine(await NativeBuild.AddressSanitizerAsync(), "calls"), [host.Endpoint, "10"], (name, value));

        run.Output[0].Should().Be(expected, run.Everything);
        run.Output[^1].Should().Be("ended OK: ", run.Everything);
    }

    [Theory]
    [InlineData("WINAPI_RINGS", "yes", "it must be 0 or 1")]
    [InlineData("WINAPI_SPIN_US", "-1", "it must be a number of microseconds")]
    [InlineData("WINAPI_SPIN_US", "1s", "it must be a number of microseconds")]
    public async Task A_setting_that_is_none_is_refused_with_its_name(string name, string value, string expected)
    {
        var run = await RunAsync(
            Path.Combine(await NativeBuild.AddressSanitizerAsync(), "calls"), ["unix:///nowhere", "1"], (name, value));

        run.Output[^1].Should().StartWith($"ended INVALID_ARGUMENT: {name} is '{value}'; {expected}", run.Everything);
    }

    private async Task<NativeProgram> CallHostileHostAsync(string how)
    {
        using var folder = new TemporaryFolder();
        var build = await NativeBuild.AddressSanitizerAsync();
        var host = Start(build, "hostile_host", $"{folder.Path}/host.sock", how);
        await host.PrintsAsync("listening");

        var run = await RunAsync(Path.Combine(build, "calls"), [$"unix://{folder.Path}/host.sock", "5000"]);

        run.ExitCode.Should().Be(0, run.Everything);
        run.Output[0].Should().Be("rings 1", run.Everything);
        (await host.EndsAsync()).Should().Be(0, host.Everything);
        return run;
    }

    private sealed class TemporaryFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");

        public string Path => _folder.FullName;

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
