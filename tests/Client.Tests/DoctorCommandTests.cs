using System.Text.Json;

namespace WinApi.Client.Tests;

public sealed class DoctorCommandTests : CommandTest
{
    private static readonly string[] Layers =
        ["kernel", "vsock", "vm_id", "bind", "connect", "token", "memory", "coherence", "round_trip", "bulk"];

    [Fact]
    public async Task Against_a_host_every_layer_is_looked_at_and_none_fails()
    {
        var result = await RunForJson("doctor");

        result.GetProperty("endpoint").GetString().Should().Be(Host.Endpoint);
        result.GetProperty("ok").GetBoolean().Should().BeTrue();
        var checks = Checks(result);
        checks.Keys.Should().Equal(Layers);
        checks.Values.Should().OnlyContain(check => State(check) == "ok" || State(check) == "skipped");
        checks.Values.Should().OnlyContain(check => !string.IsNullOrEmpty(check.GetProperty("seen").GetString()));
        checks.Values.Should().OnlyContain(check => check.GetProperty("cause").ValueKind == JsonValueKind.Null
            && check.GetProperty("fix").ValueKind == JsonValueKind.Null);
        State(checks["connect"]).Should().Be("ok");
        State(checks["round_trip"]).Should().Be("ok");
        State(checks["bulk"]).Should().Be("ok");
        State(checks["vsock"]).Should().Be("skipped", "no vsock is asked for");
        if (OperatingSystem.IsLinux())
        {
            State(checks["memory"]).Should().Be("ok");
            State(checks["coherence"]).Should().Be("ok");
        }
    }

    [Fact]
    public async Task For_people_each_layer_is_a_line()
    {
        var program = Start("doctor");

        (await program.EndsAsync()).Should().Be(0);
        program.Errors.Should().BeEmpty();
        program.Output.Select(line => line.Split(' ')[0]).Should().Equal([.. Layers, Host.Endpoint]);
        program.Output[^1].Should().Be($"{Host.Endpoint} works.");
    }

    [Fact]
    public async Task Without_a_host_the_first_failure_has_cause_and_fix_and_what_follows_is_not_reached()
    {
        var program = StartAnywhere(["doctor", "--json", "--endpoint", "unix:///tmp/no-such-folder/no-such-host.sock"]);

        (await program.EndsAsync()).Should().Be(3);
        program.Errors.Should().BeEmpty();
        var result = ParseObject(program);
        result.GetProperty("ok").GetBoolean().Should().BeFalse();
        var checks = Checks(result);
        checks.Keys.Should().Equal(Layers);
        State(checks["bind"]).Should().Be("failed");
        checks["bind"].GetProperty("cause").GetString().Should().NotBeNullOrEmpty();
        checks["bind"].GetProperty("fix").GetString().Should()
            .Be("WinAPIService --endpoint unix:///tmp/no-such-folder/no-such-host.sock");
        Layers[4..].Should().OnlyContain(name => State(checks[name]) == "not_reached");
    }

    [Fact]
    public async Task For_people_the_failure_has_its_cause_and_the_command_that_helps_below_it()
    {
        var program = StartAnywhere(["doctor", "--endpoint", "tcp://127.0.0.1:1"]);

        (await program.EndsAsync()).Should().Be(3);
        var failure = program.Output.ToList().FindIndex(line => line.StartsWith("connect ", StringComparison.Ordinal));
        program.Output[failure].Should().Contain("FAILED");
        program.Output[failure + 1].Trim().Should().StartWith("cause: ").And.Contain("nothing listens");
        program.Output[failure + 2].Trim().Should().Be("fix:   WinAPIService --endpoint tcp://127.0.0.1:1");
        program.Output.Should().Contain("bulk        not reached");
    }

    [Fact]
    public async Task A_host_that_was_killed_is_found_out_by_connecting()
    {
        await Host.Program.KillAsync();

        var program = Start("doctor", "--json");

        (await program.EndsAsync()).Should().Be(3);
        var checks = Checks(ParseObject(program));
        State(checks["bind"]).Should().Be("ok", "its file is still there");
        State(checks["connect"]).Should().Be("failed");
    }

    [Fact]
    public async Task A_client_with_another_token_fails_at_the_token_and_not_before()
    {
        var folder = Directory.CreateTempSubdirectory("winapi-");
        try
        {
            await using var host = await HostRun.StartAsync(
                "--authentication", "required", "--token-file", $"{folder.FullName}/host");
            var right = StartAnywhere(["doctor", "--json", "--endpoint", host.Endpoint, "--token-file", $"{folder.FullName}/host"]);
            var wrong = StartAnywhere(["doctor", "--json", "--endpoint", host.Endpoint, "--token-file", $"{folder.FullName}/none"]);

            (await right.EndsAsync()).Should().Be(0);
            State(Checks(ParseObject(right))["token"]).Should().Be("ok");

            (await wrong.EndsAsync()).Should().Be(1);
            var checks = Checks(ParseObject(wrong));
            State(checks["connect"]).Should().Be("ok");
            State(checks["token"]).Should().Be("failed");
            checks["token"].GetProperty("cause").GetString().Should().Contain($"{folder.FullName}/none");
            checks["token"].GetProperty("fix").GetString().Should().Contain("WINAPI_TOKEN_FILE");
            State(checks["memory"]).Should().Be("not_reached");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Without_shared_memory_bytes_travel_inline_and_that_is_no_failure()
    {
        var checks = Checks(await RunForJson("doctor", "--shared-memory", "none"));

        State(checks["memory"]).Should().Be("skipped");
        State(checks["coherence"]).Should().Be("skipped");
        State(checks["bulk"]).Should().Be("ok");
        checks["bulk"].GetProperty("seen").GetString().Should().Contain("no memory is shared");
    }

    [Fact]
    public async Task Memory_that_is_insisted_on_and_cannot_be_had_is_a_failure()
    {
        var program = Start("doctor", "--json", "--shared-memory", "file");

        (await program.EndsAsync()).Should().Be(1);
        var checks = Checks(ParseObject(program));
        State(checks["memory"]).Should().Be("failed");
        checks["memory"].GetProperty("cause").GetString().Should().Contain("WINAPI_SHARED_MEM");
        State(checks["bulk"]).Should().Be("not_reached");
    }

    [Fact]
    public async Task Memory_that_is_not_the_same_on_both_sides_fails_at_coherence()
    {
        var folder = Directory.CreateTempSubdirectory("winapi-");
        try
        {
            await using var host = await HostRun.StartAsync("--shared-memory-file", $"{folder.FullName}/hosts");
            await using (var file = File.Create($"{folder.FullName}/copy"))
            {
                file.SetLength(64 << 20);
            }

            var program = StartAnywhere(
                ["doctor", "--json", "--endpoint", host.Endpoint, "--shared-memory", "file"],
                ("WINAPI_SHARED_MEM", $"{folder.FullName}/copy"));

            (await program.EndsAsync()).Should().Be(1);
            var checks = Checks(ParseObject(program));
            State(checks["memory"]).Should().Be("ok");
            State(checks["coherence"]).Should().Be("failed");
            checks["coherence"].GetProperty("cause").GetString().Should().Contain("does not see");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_kind_of_socket_that_this_system_does_not_have_fails_at_the_kernel()
    {
        var other = OperatingSystem.IsWindows() ? "vsock://2:0x1234" : "hvsocket://auto/0x1234";

        var program = StartAnywhere(["doctor", "--json", "--endpoint", other]);

        (await program.EndsAsync()).Should().Be(1);
        var checks = Checks(ParseObject(program));
        State(checks["kernel"]).Should().Be("failed");
        checks["kernel"].GetProperty("fix").GetString().Should().StartWith("winapi doctor --endpoint ");
    }

    [Fact]
    public async Task A_mistake_on_the_command_line_is_no_finding()
    {
        var program = StartAnywhere(["doctor"], ("WINAPI_ENDPOINT", "nowhere"));

        (await program.EndsAsync()).Should().Be(2);
        program.Output.Should().BeEmpty();
        ShouldFailInOneLine(program);
    }

    private static Dictionary<string, JsonElement> Checks(JsonElement result) => result.GetProperty("checks")
        .EnumerateArray().ToDictionary(check => check.GetProperty("name").GetString()!);

    private static string State(JsonElement check) => check.GetProperty("state").GetString()!;
}
