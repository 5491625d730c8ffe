namespace WinApi.Native.Client.Tests;

/// <summary>A token that host and client know, from the C client's side.</summary>
public sealed class AuthenticationTests : NativeTest
{
    private static readonly string s_other = new string('5', 64) + "\n";

    [Fact]
    public async Task A_token_in_the_users_own_folder_is_found_and_proved()
    {
        await using var host = new TokenHost(AuthenticationMode.Required);
        host.PutIntoHome(File.ReadAllText(host.TokenFile));

        var run = await host.ConnectAsync("auto");

        run.ExitCode.Should().Be(0, run.Everything);
        run.Output.Should().Contain($"authentication token {host.HomeToken}").And.Contain(line => line.StartsWith("memory memfd, shared 1"));
    }

    [Fact]
    public async Task The_file_that_WINAPI_TOKEN_FILE_names_is_the_only_one_looked_at()
    {
        await using var host = new TokenHost(AuthenticationMode.Required);
        host.PutIntoHome(File.ReadAllText(host.TokenFile));
        var other = Path.Combine(host.Home, "other");
        File.WriteAllText(other, s_other);

        var right = await host.ConnectAsync("required", ("WINAPI_TOKEN_FILE", host.TokenFile));
        var wrong = await host.ConnectAsync("required", ("WINAPI_TOKEN_FILE", other));

        right.Output.Should().Contain($"authentication token {host.TokenFile}", right.Everything);
        wrong.ExitCode.Should().Be(1, wrong.Everything);
        wrong.Output[0].Should().StartWith("UNAUTHENTICATED no token found is that of the host").And.Contain($"{other} (another token)")
            .And.NotContain(host.HomeToken);
    }

    [Fact]
    public async Task Without_a_token_the_files_looked_at_are_named_and_what_to_do()
    {
        await using var host = new TokenHost(AuthenticationMode.Required);

        var run = await host.ConnectAsync("auto");

        run.ExitCode.Should().Be(1, run.Everything);
        run.Output.Should().ContainSingle().Which.Should().StartWith("UNAUTHENTICATED ").And.Contain("none was found")
            .And.Contain("WINAPI_TOKEN_FILE").And.Contain($"{host.HomeToken} (not there)");
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123")]
    [InlineData("x")]
    public async Task A_file_that_holds_no_token_is_named_as_such(string text)
    {
        await using var host = new TokenHost(AuthenticationMode.Required);
        host.PutIntoHome(text);

        var run = await host.ConnectAsync("auto");

        run.ExitCode.Should().Be(1, run.Everything);
        run.Output[0].Should().Contain($"{host.HomeToken} (no token").And.Contain("none was found");
    }

    [Fact]
    public async Task A_channel_that_requires_a_token_refuses_a_host_that_asks_for_none()
    {
        await using var host = new TokenHost(AuthenticationMode.None);

        var required = await host.ConnectAsync("required");
        var auto = await host.ConnectAsync("auto");

        required.ExitCode.Should().Be(1, required.Everything);
        required.Output[0].Should().StartWith("UNAUTHENTICATED ").And.Contain("asks for no token");
        auto.Output.Should().Contain("authentication none", auto.Everything);
    }

    [Fact]
    public async Task A_channel_that_never_proves_a_token_refuses_a_host_that_asks()
    {
        await using var host = new TokenHost(AuthenticationMode.Required);
        host.PutIntoHome(File.ReadAllText(host.TokenFile));

        var run = await host.ConnectAsync("none");

        run.ExitCode.Should().Be(1, run.Everything);
        run.Output[0].Should().StartWith("UNAUTHENTICATED ").And.Contain("WINAPI_AUTHENTICATION_NONE");
    }

    [Fact]
    public async Task A_socket_of_another_user_is_not_trusted()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can listen as somebody else.");
        var folder = Directory.CreateTempSubdirectory("winapi-");
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_111_111);
            }

            var run = await RunAsync(
                Path.Combine(await NativeBuild.AddressSanitizerAsync(), "foreign_listener"), [$"{folder.FullName}/host.sock", "65534"]);

            run.ExitCode.Should().Be(0, run.Everything);
            run.Output.Should().ContainSingle().Which.Should().StartWith("UNAUTHENTICATED ")
                .And.Contain("belongs to user 65534, and this process to user 0");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_host_that_does_not_know_the_token_gets_no_proof()
    {
        using var impostor = new ScriptedHost();
        var (run, answer) = await impostor.MeetAsync(_ => ScriptedHost.Hello(new byte[32], new byte[32]));

        run.ExitCode.Should().Be(1, run.Everything);
        run.Output[0].Should().StartWith("UNAUTHENTICATED ").And.Contain("no token found is that of the host");
        answer.Should().BeEmpty("the client hangs up without a word");
    }

    [Fact]
    public async Task A_host_that_refuses_the_proof_is_quoted()
    {
        using var host = new ScriptedHost();
        var (run, answer) = await host.MeetAsync(
            hello => ScriptedHost.Hello(new byte[32], host.ProofFor(hello, new byte[32])),
            ScriptedHost.Refusal(16, "not you"));

        run.ExitCode.Should().Be(1, run.Everything);
        run.Output[0].Should().StartWith("UNAUTHENTICATED ").And.EndWith("refused: not you");
        answer.Should().NotBeEmpty("that is the client's proof");
    }
}
