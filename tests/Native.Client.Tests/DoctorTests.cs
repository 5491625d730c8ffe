using System.Text.Json;

namespace WinApi.Native.Client.Tests;

/// <summary>test_client --doctor: every layer in order, up to the first that fails.</summary>
public sealed class DoctorTests : NativeTest
{
    private static readonly string[] s_layers =
        ["kernel", "vsock", "vm_id", "bind", "connect", "token", "memory", "coherence", "round_trip", "bulk"];

    [Fact]
    public async Task With_a_host_every_layer_is_ok_or_not_needed()
    {
        var host = await StartHostAsync();

        var run = await DoctorAsync("--endpoint", host.Endpoint);

        run.ExitCode.Should().Be(0, run.Everything);
        run.Output[0].Should().Be($"endpoint {host.Endpoint}");
        run.Output.Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]).Should().Equal(s_layers);
        run.Output.Skip(1).Should().OnlyContain(line => line.StartsWith("ok ") || line.StartsWith("skipped "));
        run.Output.Should().Contain(line => line.StartsWith("ok          memory      memfd"))
            .And.Contain(line => line.Contains("turns in memory alone")).And.Contain(line => line.Contains("MB/s"));
    }

    [Fact]
    public async Task Json_is_one_object_with_the_same()
    {
        var host = await StartHostAsync();

        var run = await DoctorAsync("--json", "--endpoint", host.Endpoint);

        using var json = JsonDocument.Parse(run.Output.Should().ContainSingle().Subject);
        json.RootElement.GetProperty("ok").GetBoolean().Should().BeTrue();
        json.RootElement.GetProperty("endpoint").GetString().Should().Be(host.Endpoint);
        States(json).Select(state => state.Name).Should().Equal(s_layers);
    }

    [Fact]
    public async Task Without_a_host_the_first_failure_has_a_cause_and_a_command_and_nothing_after_it_is_reached()
    {
        const string endpoint = "unix:///tmp/winapi-no-such.sock";

        var text = await DoctorAsync("--endpoint", endpoint);
        var run = await DoctorAsync("--json", "--endpoint", endpoint);

        text.ExitCode.Should().Be(3, text.Everything);
        text.Output.Should().Contain(line => line.Trim() == $"fix:   WinAPIService --endpoint {endpoint}");
        run.ExitCode.Should().Be(3, run.Everything);
        using var json = JsonDocument.Parse(run.Output.Should().ContainSingle().Subject);
        json.RootElement.GetProperty("ok").GetBoolean().Should().BeFalse();
        States(json).Where(state => state.State == "failed").Select(state => state.Name).Should().Equal("bind");
        States(json).Skip(4).Should().OnlyContain(state => state.State == "not_reached");
        var failed = json.RootElement.GetProperty("checks")[3];
        failed.GetProperty("cause").GetString().Should().NotBeEmpty();
        failed.GetProperty("fix").GetString().Should().Be($"WinAPIService --endpoint {endpoint}");
    }

    [Fact]
    public async Task A_port_that_nobody_listens_on_is_no_host()
    {
        var run = await DoctorAsync("--json", "--endpoint", "tcp://127.0.0.1:1");

        run.ExitCode.Should().Be(3, run.Everything);
        using var json = JsonDocument.Parse(run.Output.Should().ContainSingle().Subject);
        States(json).Should().Contain(("connect", "failed"));
    }

    [Fact]
    public async Task A_missing_token_is_told_at_its_own_layer()
    {
        await using var host = new TokenHost(AuthenticationMode.Required);

        var run = await RunAsync(
            await TestClientAsync(), ["--doctor", "--json", "--endpoint", host.Endpoint], ("HOME", host.Home), ("XDG_CONFIG_HOME", ""));

        run.ExitCode.Should().Be(1, run.Everything);
        using var json = JsonDocument.Parse(run.Output.Should().ContainSingle().Subject);
        States(json).Should().Contain(("connect", "ok")).And.Contain(("token", "failed")).And.Contain(("memory", "not_reached"));
        json.RootElement.GetProperty("checks")[5].GetProperty("cause").GetString().Should().Contain(host.HomeToken);
    }

    [Theory]
    [InlineData("none", 0, "skipped")]
    [InlineData("file", 1, "failed")]
    public async Task Missing_memory_is_a_failure_only_of_a_kind_that_was_asked_for(string kind, int exitCode, string state)
    {
        var host = await StartHostAsync();

        var run = await DoctorAsync("--json", "--memory", kind, "--endpoint", host.Endpoint);

        run.ExitCode.Should().Be(exitCode, run.Everything);
        using var json = JsonDocument.Parse(run.Output.Should().ContainSingle().Subject);
        States(json).Should().Contain(("memory", state));
    }

    private static IEnumerable<(string Name, string State)> States(JsonDocument json) => json.RootElement.GetProperty("checks")
        .EnumerateArray().Select(check => (check.GetProperty("name").GetString()!, check.GetProperty("state").GetString()!));

    private static async Task<NativeProgram> DoctorAsync(params string[] arguments) =>
        await RunAsync(await TestClientAsync(), ["--doctor", .. arguments]);

    private static async Task<string> TestClientAsync() =>
        Path.Combine(await NativeBuild.PlainAsync(), "native", "test_client");
}
