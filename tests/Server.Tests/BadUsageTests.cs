namespace WinApi.Server.Tests;

public sealed class BadUsageTests : HostTest
{
    [Theory]
    [InlineData("carrier-pigeon://attic", "--endpoint", "carrier-pigeon://attic")]
    [InlineData("tcp://192.0.2.1:4660", "--endpoint", "tcp://192.0.2.1:4660")]
    [InlineData("tcp://127.0.0.1:99999", "--endpoint", "tcp://127.0.0.1:99999")]
    [InlineData("unix://", "--endpoint", "unix://")]
    [InlineData("http://192.0.2.1:5001", "--grpc-url", "http://192.0.2.1:5001")]
    [InlineData("'5001'", "--grpc-url", "5001")]
    [InlineData("--colour", "--colour")]
    [InlineData("extra", "extra")]
    [InlineData("'many'", "--max-connections", "many")]
    [InlineData("'0'", "--max-connections", "0")]
    [InlineData("'-1'", "--max-receive-message-bytes", "-1")]
    [InlineData("'sometimes'", "--shared-memory", "sometimes")]
    [InlineData("'loud'", "--log-level", "loud")]
    [InlineData("--max-connections", "--max-connections")]
    [InlineData("--log-level", "--log-level", "INFO", "--log-level", "WARN")]
    public async Task A_bad_option_is_one_line_that_names_it_and_exit_code_2(string named, params string[] arguments)
    {
        var program = StartProgram(arguments);

        (await program.EndsAsync()).Should().Be(2);
        program.Output.Should().BeEmpty();
        program.Errors.Should().ContainSingle().Which.Should().StartWith("WinAPIService: ").And.Contain(named);
    }

    [Theory]
    [InlineData("WINAPI_ENDPOINT", "nowhere", "nowhere")]
    [InlineData("WINAPI_LOG_LEVEL", "LOUD", "WINAPI_LOG_LEVEL")]
    [InlineData("WINAPI_SHARED_MEM_SIZE", "much", "WINAPI_SHARED_MEM_SIZE")]
    [InlineData("WinAPI__MaxConnections", "many", "MaxConnections")]
    [InlineData("WinAPI__NoSuchSetting", "1", "NoSuchSetting")]
    public async Task A_bad_variable_is_one_line_that_names_it_and_exit_code_2(
        string variable, string value, string named)
    {
        var program = StartProgram([], (variable, value));

        (await program.EndsAsync()).Should().Be(2);
        program.Errors.Should().ContainSingle().Which.Should().Contain(named);
    }

    [Fact]
    public async Task Help_names_every_option_and_is_no_error()
    {
        var program = StartProgram(["--help"]);

        (await program.EndsAsync()).Should().Be(0);
        program.Errors.Should().BeEmpty();
        string.Join('\n', program.Output).Should().ContainAll(
            "--endpoint", "--shared-memory", "--max-receive-message-bytes", "--log-level", "--shutdown-timeout-seconds",
            "WINAPI_ENDPOINT");
    }
}
