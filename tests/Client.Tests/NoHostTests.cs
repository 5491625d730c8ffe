using System.Net.Sockets;

namespace WinApi.Client.Tests;

public sealed class NoHostTests : CommandTest
{
    [Theory]
    [InlineData("echo", "hello")]
    [InlineData("status")]
    [InlineData("buffer", "--op", "read")]
    [InlineData("perf", "latency")]
    [InlineData("perf", "throughput")]
    public async Task Without_a_host_it_says_where_it_looked_and_ends_with_3(params string[] arguments)
    {
        var program = StartAnywhere([.. arguments, "--endpoint", "unix:///tmp/no-such-folder/no-such-host.sock"]);

        (await program.EndsAsync()).Should().Be(3);
        program.Output.Should().BeEmpty();
        ShouldFailInOneLine(program);
        program.Errors[0].Should().Contain("UNAVAILABLE").And.Contain("unix:///tmp/no-such-folder/no-such-host.sock");
    }

    [Fact]
    public async Task A_variable_of_blanks_names_no_endpoint_and_the_usual_one_is_tried()
    {
        var program = StartAnywhere(["status"], ("WINAPI_ENDPOINT", "  "), ("XDG_RUNTIME_DIR", "/tmp/no-such-folder"));

        (await program.EndsAsync()).Should().Be(3);
        program.Errors.Should().ContainSingle().Which.Should().Contain("unix:///tmp/no-such-folder/");
    }

    [Fact]
    public async Task With_JSON_the_missing_host_is_one_object_on_standard_output()
    {
        var program = StartAnywhere(["status", "--json", "--endpoint", "unix:///tmp/no-such-folder/no-such-host.sock"]);

        (await program.EndsAsync()).Should().Be(3);
        program.Errors.Should().BeEmpty();
        ParseObject(program).GetProperty("error").GetProperty("status").GetString().Should().Be("UNAVAILABLE");
    }

    [Fact]
    public async Task A_peer_that_never_answers_is_given_up_within_the_time_given()
    {
        var path = Host.SocketPath + ".mute";
        using var mute = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        mute.Bind(new UnixDomainSocketEndPoint(path));
        mute.Listen();

        var program = StartAnywhere(["status", "--endpoint", $"unix://{path}", "--timeout", "300ms"]);

        (await program.EndsAsync()).Should().Be(3);
        ShouldFailInOneLine(program);
        program.Errors[0].Should().Contain(path);
    }

    [Fact]
    public async Task A_host_that_was_killed_is_no_host()
    {
        await Host.Program.KillAsync();

        var program = Start("echo", "hello");

        (await program.EndsAsync()).Should().Be(3);
        ShouldFailInOneLine(program);
    }
}
