namespace WinApi.Client.Tests;

public sealed class BadUsageTests : CommandTest
{
    public static TheoryData<string, string[]> Mistakes =>
    [
        ("carrier-pigeon", ["echo", "hello", "--endpoint", "carrier-pigeon://attic"]),
        ("192.0.2.1", ["status", "--endpoint", "tcp://192.0.2.1:4660"]),
        ("--colour", ["echo", "hello", "--colour"]),
        ("sing", ["sing"]),
        ("TEXT", ["echo"]),
        ("extra", ["echo", "hello", "extra"]),
        ("--op", ["buffer", "--size", "1MiB"]),
        ("polish", ["buffer", "--op", "polish"]),
        ("--size", ["buffer", "--op", "read", "--size", "big"]),
        ("--size", ["buffer", "--op", "read", "--size", "0"]),
        ("--size", ["buffer", "--op", "read", "--size", "-1"]),
        ("--size", ["buffer", "--op", "read", "--size", "1000MiB", "--count", "1000"]),
        ("--count", ["buffer", "--op", "read", "--count", "0"]),
        ("--pattern", ["buffer", "--op", "write", "--pattern", "red"]),
        ("--iterations", ["perf", "latency", "--iterations", "0"]),
        ("--timeout", ["status", "--timeout", "soon"]),
        ("--shared-memory", ["status", "--shared-memory", "perhaps"]),
    ];

    [Theory, MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_one_line_that_names_it_and_exit_code_2(string named, string[] arguments)
    {
        var program = StartAnywhere(arguments);

        (await program.EndsAsync()).Should().Be(2);
        program.Output.Should().BeEmpty();
        ShouldFailInOneLine(program);
        program.Errors[0].Should().Contain(named);
    }

    [Fact]
    public async Task With_JSON_a_mistake_is_one_object_on_standard_output()
    {
        var program = StartAnywhere(["echo", "hello", "--endpoint", "carrier-pigeon://attic", "--json"]);

        (await program.EndsAsync()).Should().Be(2);
        program.Errors.Should().BeEmpty();
        var error = ParseObject(program).GetProperty("error");
        error.GetProperty("status").GetString().Should().Be("INVALID_ARGUMENT");
        error.GetProperty("message").GetString().Should().Contain("carrier-pigeon");
    }

    [Fact]
    public async Task A_bad_endpoint_in_the_environment_is_one_line_and_exit_code_2()
    {
        var program = StartAnywhere(["status"], ("WINAPI_ENDPOINT", "nowhere"));

        (await program.EndsAsync()).Should().Be(2);
        ShouldFailInOneLine(program);
        program.Errors[0].Should().Contain("nowhere");
    }

    [Fact]
    public async Task Help_names_the_commands_and_the_exit_codes_and_is_no_error()
    {
        var program = StartAnywhere(["--help"]);

        (await program.EndsAsync()).Should().Be(0);
        program.Errors.Should().BeEmpty();
        string.Join('\n', program.Output).Should()
            .ContainAll("echo", "buffer", "perf", "status", "--endpoint", "--json", "130");
    }
}
