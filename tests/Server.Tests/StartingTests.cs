namespace WinApi.Server.Tests;

public sealed class StartingTests : HostTest
{
    [Fact]
    public async Task It_says_where_it_listens_when_it_does_and_nothing_else_on_standard_output()
    {
        var host = await StartHostAsync();

        await new Echo.EchoClient(Connect(host.Endpoint)).UnaryEchoAsync(new EchoRequest())
            .ResponseAsync.Soon("the reply");

        host.Program.Output.Should().Equal($"listening on {host.Endpoint}");
    }

    [Fact]
    public async Task On_TCP_port_0_it_says_which_port_it_got()
    {
        var program = StartProgram(["--endpoint", "tcp://127.0.0.1:0"]);

        var endpoint = (await program.PrintsAsync("listening on "))["listening on ".Length..];

        endpoint.Should().MatchRegex(@"^tcp://127\.0\.0\.1:[1-9]\d*$");
        var reply = await new Echo.EchoClient(Connect(endpoint)).UnaryEchoAsync(new EchoRequest { Text = "over TCP" })
            .ResponseAsync.Soon("the reply");
        reply.Text.Should().Be("over TCP");
    }

    [Fact]
    public async Task It_listens_on_several_endpoints_at_once()
    {
        var folder = NewFolder();
        var program = StartProgram(["--endpoint", $"unix://{folder}/a.sock", "--endpoint", $"unix://{folder}/b.sock"]);
        await program.PrintsAsync($"listening on unix://{folder}/a.sock");
        await program.PrintsAsync($"listening on unix://{folder}/b.sock");

        foreach (var name in (string[])["a", "b"])
        {
            var client = new Echo.EchoClient(Connect($"unix://{folder}/{name}.sock"));
            (await client.UnaryEchoAsync(new EchoRequest { Text = name }).ResponseAsync.Soon("the reply")).Text.Should()
                .Be(name);
        }
    }

    [Fact]
    public async Task The_environment_names_the_endpoint_and_the_command_line_overrides_it()
    {
        var folder = NewFolder();
        var byVariable = StartProgram([], ("WINAPI_ENDPOINT", $"unix://{folder}/variable.sock"));
        var byOption = StartProgram(
            ["--endpoint", $"unix://{folder}/option.sock"], ("WINAPI_ENDPOINT", $"unix://{folder}/variable.sock"));

        (await byVariable.PrintsAsync("listening on ")).Should().EndWith("/variable.sock");
        (await byOption.PrintsAsync("listening on ")).Should().EndWith("/option.sock");
    }

    [Fact]
    public async Task Without_a_setting_it_listens_in_the_users_own_folder_which_nobody_else_may_enter()
    {
        var folder = NewFolder();
        var program = StartProgram([], ("XDG_RUNTIME_DIR", folder.FullName));

        (await program.PrintsAsync("listening on ")).Should().Be($"listening on unix://{folder}/winapi/winapi.sock");

        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            File.GetUnixFileMode($"{folder}/winapi").Should().Be(OwnerAlone);
        }
    }

    [Fact]
    public async Task An_endpoint_in_use_is_one_line_that_names_it_and_exit_code_1()
    {
        var host = await StartHostAsync();

        var second = StartProgram(["--endpoint", host.Endpoint]);

        (await second.EndsAsync()).Should().Be(1);
        second.Errors.Should().ContainSingle(line => line.StartsWith("WinAPIService: ")).Which.Should()
            .Contain(host.SocketPath);
        second.Errors.Should().NotContain(line => line.TrimStart().StartsWith("at "), "a stack trace helps no user");
        var client = new Echo.EchoClient(Connect(host.Endpoint));
        (await client.UnaryEchoAsync(new EchoRequest { Text = "still here" }).ResponseAsync.Soon("the reply"))
            .Text.Should().Be("still here");
    }

    [Fact]
    public async Task A_socket_left_by_a_killed_host_does_not_stop_the_next()
    {
        var folder = NewFolder();
        var endpoint = $"unix://{folder}/host.sock";
        var first = StartProgram(["--endpoint", endpoint]);
        await first.PrintsAsync("listening on ");
        await first.KillAsync();
        File.Exists($"{folder}/host.sock").Should().BeTrue("nobody was left to remove it");

        await StartProgram(["--endpoint", endpoint]).PrintsAsync("listening on ");

        var client = new Echo.EchoClient(Connect(endpoint));
        (await client.UnaryEchoAsync(new EchoRequest { Text = "again" }).ResponseAsync.Soon("the reply")).Text.Should()
            .Be("again");
    }

    [Fact]
    public async Task A_file_that_is_no_socket_is_left_alone()
    {
        var folder = NewFolder();
        await File.WriteAllTextAsync($"{folder}/host.sock", "precious", Stop);

        var program = StartProgram(["--endpoint", $"unix://{folder}/host.sock"]);

        (await program.EndsAsync()).Should().Be(1);
        program.Errors.Should().ContainSingle(line => line.StartsWith("WinAPIService: ")).Which.Should()
            .Contain($"{folder}/host.sock");
        (await File.ReadAllTextAsync($"{folder}/host.sock", Stop)).Should().Be("precious");
    }
}
