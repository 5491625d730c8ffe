using System.Runtime.InteropServices;
using System.Text.Json;

namespace WinApi.Server.Tests;

public sealed class LogFileTests : HostTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_logged_goes_to_the_file_that_the_option_or_the_variable_names(bool byOption)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        var path = Path.Combine(NewFolder().FullName, "made", "on demand", "host.log");
        var endpoint = $"unix://{NewFolder()}/host.sock";
        string[] option = byOption ? ["--log-file", path] : [];
        (string, string)[] variable = byOption ? [] : [("WINAPI_LOG_FILE", path)];
        var program = StartProgram(["--endpoint", endpoint, .. option], variable);
        await program.PrintsAsync("listening on ");

        program.Signal(PosixSignal.SIGTERM);
        await program.EndsAsync();

        var lines = await File.ReadAllLinesAsync(path, Stop);
        lines[0].Should().MatchRegex(
            @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO WinApi\.Server\.\S+: Listening on unix:///");
        lines[^1].Should().EndWith(": Stopped");
    }

    [Fact]
    public async Task As_JSON_each_line_of_the_file_is_an_object()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        var path = Path.Combine(NewFolder().FullName, "host.log");
        var host = await StartHostAsync("--log-file", path, "--log-format", "json", "--log-level", "DEBUG");

        host.Program.Signal(PosixSignal.SIGTERM);
        await host.Program.EndsAsync();

        var lines = await File.ReadAllLinesAsync(path, Stop);
        lines.Should().NotBeEmpty();
        foreach (var line in lines)
        {
            using var entry = JsonDocument.Parse(line);
            entry.RootElement.GetProperty("RenderedMessage").GetString().Should().NotBeEmpty();
        }
    }

    [Fact]
    public async Task A_full_file_is_followed_by_the_next_and_only_the_newest_four_are_kept()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        var folder = NewFolder();
        var host = await StartHostAsync(
            "--log-file", Path.Combine(folder.FullName, "host.log"), "--log-file-bytes", "1KiB", "--log-level", "DEBUG");
        for (var connection = 0; connection < 40; connection++)
        {
            await using var channel = Connect(host.Endpoint);
            await new Echo.EchoClient(channel).UnaryEchoAsync(new EchoRequest()).ResponseAsync.Soon("the reply");
        }

        host.Program.Signal(PosixSignal.SIGTERM);
        (await host.Program.EndsAsync()).Should().Be(0);

        var files = folder.GetFiles().OrderBy(file => file.Name).ToList();
        files.Should().HaveCount(4);
        files.Should().OnlyContain(file => file.Name.StartsWith("host_0"), "the first file is long gone");
        files.Should().OnlyContain(file => file.Length <= 1024 + 512, "a file ends with the line that fills it");
        (await File.ReadAllTextAsync(files[^1].FullName, Stop)).Should().Contain("Stopped", "it is the newest");
    }

    [Fact]
    public async Task Why_the_host_cannot_listen_is_in_the_file_and_the_console_says_it_once()
    {
        var path = Path.Combine(NewFolder().FullName, "host.log");
        var host = await StartHostAsync();

        var second = StartProgram(["--endpoint", host.Endpoint, "--log-file", path]);

        (await second.EndsAsync()).Should().Be(1);
        (await File.ReadAllTextAsync(path, Stop)).Should().Contain("Could not start").And.Contain(host.SocketPath);
        second.Errors.Should().ContainSingle(line => line.Contains(host.SocketPath));
    }

    [Theory]
    [InlineData("--max-connections", "many")]
    [InlineData("--no-such-option", "1")]
    public async Task A_bad_option_is_named_in_the_file(string option, string value)
    {
        var path = Path.Combine(NewFolder().FullName, "host.log");

        var program = StartProgram([option, value], ("WINAPI_LOG_FILE", path));

        (await program.EndsAsync()).Should().Be(2);
        (await File.ReadAllTextAsync(path, Stop)).Should().Contain("Could not start").And.Contain(option);
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_one_line_that_names_it_and_exit_code_2()
    {
        var path = Path.Combine(NewFolder().FullName, "is-a-folder");
        Directory.CreateDirectory(path);

        var program = StartProgram(["--log-file", path]);

        (await program.EndsAsync()).Should().Be(2);
        program.Errors.Should().ContainSingle().Which.Should().Contain(path).And.Contain("--log-file");
    }
}
