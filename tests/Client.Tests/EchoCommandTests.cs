namespace WinApi.Client.Tests;

public sealed class EchoCommandTests : CommandTest
{
    [Theory]
    [InlineData("hello")]
    [InlineData("")]
    [InlineData("  two  spaces  ")]
    [InlineData("Grüße, 世界 👋")]
    [InlineData("@file")]
    [InlineData("[bold]markup[/]")]
    [InlineData("back\\slash \"quotes\" 'both'")]
    public async Task It_prints_the_text_and_nothing_else(string text)
    {
        var program = Start("echo", text);

        (await program.EndsAsync()).Should().Be(0);
        program.Output.Should().Equal(text);
        program.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_text_longer_than_any_terminal_stays_on_its_line()
    {
        var text = string.Join(' ', Enumerable.Repeat("word", 5_000));
        var program = Start("echo", text);

        (await program.EndsAsync()).Should().Be(0);
        program.Output.Should().Equal(text);
    }

    [Fact]
    public async Task As_JSON_it_tells_the_text_the_time_and_the_connection()
    {
        var result = await RunForJson("echo", "Grüße");

        result.GetProperty("text").GetString().Should().Be("Grüße");
        result.GetProperty("round_trip_ns").GetInt64().Should().BePositive();
        result.GetProperty("connection").GetProperty("endpoint").GetString().Should().Be(Host.Endpoint);
    }

    [Fact]
    public async Task The_environment_names_the_endpoint()
    {
        var program = StartAnywhere(["echo", "hello"], ("WINAPI_ENDPOINT", Host.Endpoint));

        (await program.EndsAsync()).Should().Be(0);
        program.Output.Should().Equal("hello");
    }

    [Fact]
    public async Task The_option_overrides_the_environment()
    {
        var program = StartAnywhere(
            ["echo", "hello", "--endpoint", Host.Endpoint], ("WINAPI_ENDPOINT", "unix:///nowhere.sock"));

        (await program.EndsAsync()).Should().Be(0);
        program.Output.Should().Equal("hello");
    }
}
