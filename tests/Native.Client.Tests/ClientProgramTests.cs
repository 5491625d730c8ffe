namespace WinApi.Native.Client.Tests;

/// <summary>test_client as its users run it, against the real host.</summary>
public sealed class ClientProgramTests : NativeTest
{
    [Theory]
    [InlineData("--integration")]
    [InlineData("--test", "echo")]
    [InlineData("--test", "buffer")]
    [InlineData("--test", "performance")]
    [InlineData("--stress", "--iterations", "40")]
    [InlineData("--benchmark", "latency", "--iterations", "200")]
    [InlineData("--benchmark", "throughput", "--size", "5MB")]
    public async Task Every_switch_passes_against_a_host(params string[] arguments)
    {
        var host = await StartHostAsync();

        await using var run = NativeProgram.Start(
            await TestClientAsync(NativeBuild.PlainAsync()), [.. arguments, "--endpoint", host.Endpoint]);

        (await run.EndsAsync()).Should().Be(0, run.Everything);
        run.Output.Should().NotBeEmpty().And.OnlyContain(line => line.StartsWith("PASS"));
    }

    [Fact]
    public async Task Json_is_one_object_that_says_what_passed()
    {
        var host = await StartHostAsync();

        await using var run = NativeProgram.Start(
            await TestClientAsync(NativeBuild.PlainAsync()), ["--test", "echo", "--json", "--endpoint", host.Endpoint]);

        (await run.EndsAsync()).Should().Be(0, run.Everything);
        using var json = System.Text.Json.JsonDocument.Parse(string.Join('\n', run.Output));
        json.RootElement.GetProperty("passed").GetBoolean().Should().BeTrue();
        json.RootElement.GetProperty("results").GetArrayLength().Should().BeGreaterThan(5);
    }

    [Fact]
    public async Task Without_a_host_it_says_what_to_start_and_fails()
    {
        await using var run = NativeProgram.Start(
            await TestClientAsync(NativeBuild.PlainAsync()), ["--integration", "--endpoint", "unix:///tmp/winapi-no-such.sock"]);

        (await run.EndsAsync()).Should().Be(1);
        run.Errors.Should().ContainSingle().Which.Should().Contain("start the host").And.Contain("winapi-no-such.sock");
    }

    [Theory]
    [InlineData("--unknown")]
    [InlineData("--test", "nothing")]
    [InlineData("--stress", "--iterations", "many")]
    [InlineData("--test", "echo", "--endpoint", "http://localhost")]
    public async Task What_it_does_not_understand_is_named_in_one_line(params string[] arguments)
    {
        await using var run = NativeProgram.Start(await TestClientAsync(NativeBuild.PlainAsync()), arguments);

        (await run.EndsAsync()).Should().Be(2);
        run.Errors.Should().ContainSingle();
    }

    [Fact]
    public async Task Integration_is_clean_under_the_address_and_undefined_behaviour_sanitizers()
    {
        var host = await StartHostAsync();

        await using var run = NativeProgram.Start(
            await TestClientAsync(NativeBuild.AddressSanitizerAsync()), ["--integration", "--endpoint", host.Endpoint]);

        (await run.EndsAsync()).Should().Be(0, run.Everything);
    }

    [Fact]
    public async Task Integration_is_clean_under_valgrind()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/valgrind"), "valgrind is not installed.");
        var host = await StartHostAsync();

        await using var run = NativeProgram.Start(
            "/usr/bin/valgrind",
            ["-q", "--leak-check=full", "--show-leak-kinds=all", "--errors-for-leak-kinds=all", "--error-exitcode=99",
                await TestClientAsync(NativeBuild.PlainAsync()), "--integration", "--endpoint", host.Endpoint]);

        (await run.EndsAsync(TimeSpan.FromMinutes(2))).Should().Be(0, run.Everything);
        run.Errors.Should().BeEmpty();
    }

    private static async Task<string> TestClientAsync(Task<string> build) => Path.Combine(await build, "native", "test_client");
}
