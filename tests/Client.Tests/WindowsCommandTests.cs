namespace WinApi.Client.Tests;

/// <summary>The commands for services of Windows, against a host that runs on something else.</summary>
public sealed class WindowsCommandTests : CommandTest
{
    [Theory]
    [InlineData("The clipboard", "clip", "get")]
    [InlineData("The clipboard", "clip", "set", "text")]
    [InlineData("The clipboard", "clip", "watch")]
    [InlineData("Protecting secrets", "secret", "unprotect")]
    [InlineData("The screen", "screen", "list")]
    [InlineData("The screen", "screen", "shot", "-o", "/dev/null")]
    [InlineData("The screen", "screen", "watch")]
    [InlineData("The registry", "registry", "get", @"HKLM\SOFTWARE", "x")]
    [InlineData("The registry", "registry", "list", @"HKLM\SOFTWARE")]
    public async Task They_say_in_one_line_that_it_needs_Windows(string what, params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There it works.");
        var program = Start(arguments);
        program.EndInput();

        (await program.EndsAsync()).Should().Be(1);
        ShouldFailInOneLine(program);
        program.Errors[0].Should().StartWith($"winapi: FAILED_PRECONDITION: {what} needs a host that runs on Windows; this one runs on ");
    }

    [Theory]
    [InlineData("clip")]
    [InlineData("clip", "set", "one", "two")]
    [InlineData("clip", "set", "one", "--image", "two.png")]
    [InlineData("clip", "watch", "--count", "0")]
    [InlineData("secret", "git-credential", "list")]
    [InlineData("screen", "shot")]
    [InlineData("screen", "shot", "-o", "x.png", "--region", "1,2,3")]
    [InlineData("screen", "watch", "--frames", "none")]
    [InlineData("registry", "get")]
    public async Task A_mistake_on_the_command_line_is_told_in_one_line(params string[] arguments)
    {
        var program = Start(arguments);

        (await program.EndsAsync()).Should().Be(2);
        ShouldFailInOneLine(program);
    }

    [Fact]
    public async Task What_is_no_base64_is_told_before_anybody_is_asked()
    {
        var program = Start("secret", "unprotect");
        await program.TellAsync("not base64!");
        program.EndInput();

        (await program.EndsAsync()).Should().Be(1);
        program.Errors.Should().ContainSingle().Which.Should().Contain("standard input is not base64");
    }
}
