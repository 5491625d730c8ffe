using System.Text.Json;

namespace WinApi.Server.Tests;

/// <summary>Who is let in, with real processes.</summary>
public sealed class AuthenticationTests : HostTest
{
    private const string Nobody = "65534";

    [Fact]
    public async Task A_host_that_asks_for_a_token_makes_one_and_says_where_it_is()
    {
        var path = Path.Combine(NewFolder().FullName, "token");

        var host = await StartHostAsync("--authentication", "required", "--token-file", path);

        (await host.Program.LogsAsync("token", path)).Should().NotBeEmpty();
        File.Exists(path).Should().BeTrue();
        await Status("--endpoint", host.Endpoint, "--token-file", path).Succeeds();
    }

    [Fact]
    public async Task Over_an_endpoint_of_this_machine_no_token_is_asked_for_or_made()
    {
        var path = Path.Combine(NewFolder().FullName, "token");

        var host = await StartHostAsync("--token-file", path);

        await Status("--endpoint", host.Endpoint).Succeeds();
        File.Exists(path).Should().BeFalse();
    }

    [Fact]
    public async Task The_client_says_UNAUTHENTICATED_and_which_file_it_looked_at()
    {
        var folder = NewFolder().FullName;
        var host = await StartHostAsync("--authentication", "required", "--token-file", $"{folder}/token");

        var client = Status("--endpoint", host.Endpoint, "--token-file", $"{folder}/missing");

        (await client.EndsAsync()).Should().Be(1);
        client.Errors.Should().ContainSingle().Which.Should().Contain("UNAUTHENTICATED").And.Contain($"{folder}/missing");
    }

    [Fact]
    public async Task A_token_file_that_others_may_read_keeps_the_host_from_starting()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        var path = Path.Combine(NewFolder().FullName, "token");
        await File.WriteAllTextAsync(path, new string('a', 64), Stop);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        }

        var host = StartProgram(
            ["--endpoint", "tcp://127.0.0.1:0", "--authentication", "required", "--token-file", path]);

        (await host.EndsAsync()).Should().Be(1);
        host.Errors.Should().ContainSingle().Which.Should().Contain($"chmod 600 {path}");
    }

    [Fact]
    public async Task Another_user_who_reaches_the_socket_is_turned_away()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Running as another user needs root.");
        var host = await StartHostAsync();
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode all = (UnixFileMode)0x1FF;
            File.SetUnixFileMode(host.SocketPath, all);
            File.SetUnixFileMode(Path.GetDirectoryName(host.SocketPath)!, all);
        }

        var client = StartOther(
            "setpriv", "--reuid", Nobody, "--regid", Nobody, "--clear-groups", ProgramPaths.Client, "status", "--endpoint", host.Endpoint);

        (await client.EndsAsync()).Should().NotBe(0);
        client.Errors.Should().ContainSingle().Which.Should().Contain("PERMISSION_DENIED").And.Contain(Nobody);
        (await host.Program.LogsAsync("Turned away for its user", Nobody)).Should().NotBeEmpty();
    }

    [Fact]
    public async Task Two_hosts_do_not_share_one_memory_file()
    {
        var file = Path.Combine(NewFolder().FullName, "memory");
        string[] options = ["--endpoint", "tcp://127.0.0.1:0", "--shared-memory-file", file, "--max-shared-memory-bytes", "32MiB"];
        var first = await Listening(StartProgram(options));
        var second = await Listening(StartProgram(options));
        var withFile = ("WINAPI_SHARED_MEM", file);

        var served = Start(["status", "--json", "--endpoint", first], withFile);
        await served.Succeeds();
        var other = Start(["status", "--json", "--endpoint", second], withFile);
        await other.Succeeds();

        MemoryOf(served).GetProperty("memory").GetString().Should().Be("file");
        MemoryOf(other).GetProperty("memory_reason").GetString().Should().Contain("used by another host");
    }

    private static async Task<string> Listening(ProgramRun program) =>
        (await program.PrintsAsync("listening on "))["listening on ".Length..];

    private static JsonElement MemoryOf(ProgramRun status) =>
        JsonDocument.Parse(string.Concat(status.Output)).RootElement.GetProperty("connection");

    private ProgramRun Status(params string[] options) => Start(["status", .. options]);

    private ProgramRun Start(string[] arguments, params (string, string)[] environment) =>
        Own(ProgramRun.Start(ProgramPaths.Client, arguments, environment));

    private ProgramRun StartOther(string program, params string[] arguments) => Own(ProgramRun.Start(program, arguments));
}
