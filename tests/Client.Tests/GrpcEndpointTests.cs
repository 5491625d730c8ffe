namespace WinApi.Client.Tests;

/// <summary>The same host over gRPC on HTTP/2, by nothing but another endpoint.</summary>
public sealed class GrpcEndpointTests : CommandTest
{
    [Fact]
    public async Task Every_command_works_over_it_and_buffers_travel_as_bytes()
    {
        var url = await StartHostAsync();

        var echo = StartAnywhere(["echo", "over HTTP/2", "--endpoint", url]);
        var status = StartAnywhere(["status", "--endpoint", url]);
        var buffer = StartAnywhere(["buffer", "--size", "3MiB", "--op", "write", "--json"], ("WINAPI_ENDPOINT", url));
        var latency = StartAnywhere(["perf", "latency", "--iterations", "100", "--endpoint", url]);

        (await echo.EndsAsync()).Should().Be(0, string.Join('\n', echo.Errors));
        (await status.EndsAsync()).Should().Be(0, string.Join('\n', status.Errors));
        (await buffer.EndsAsync()).Should().Be(0, string.Join('\n', buffer.Errors));
        (await latency.EndsAsync()).Should().Be(0, string.Join('\n', latency.Errors));
        echo.Output.Should().Equal("over HTTP/2");
        string.Join('\n', status.Output).Should().ContainAll("ready (SERVING)", url, "winapi.v1.Screen", "gRPC on HTTP/2");
        ParseObject(buffer).GetProperty("connection").GetProperty("memory").GetString().Should().Be("none");
    }

    [Fact]
    public async Task Over_https_calls_bring_the_token_along()
    {
        var folder = Own(new Certificate());
        var host = Own(ProgramRun.Start(
            ProgramPaths.Host, ["--endpoint", Host.Endpoint + ".2"], ("WINAPI_GRPC_URL", "https://127.0.0.1:0"),
            ("Kestrel__Certificates__Default__Path", folder.Pfx), ("WINAPI_TOKEN_FILE", folder.TokenFile)));
        var url = (await host.PrintsAsync("listening on https://"))["listening on ".Length..];

        // On Linux .NET trusts whom SSL_CERT_FILE names.
        var known = StartAnywhere(["echo", "sealed", "--endpoint", url], ("SSL_CERT_FILE", folder.Pem), ("WINAPI_TOKEN_FILE", folder.TokenFile));
        var stranger = StartAnywhere(
            ["echo", "sealed", "--endpoint", url], ("SSL_CERT_FILE", folder.Pem), ("WINAPI_TOKEN_FILE", folder.TokenFile + ".not"));
        var distrustful = StartAnywhere(["echo", "sealed", "--endpoint", url, "--timeout", "5s"], ("WINAPI_TOKEN_FILE", folder.TokenFile));

        (await known.EndsAsync()).Should().Be(0, string.Join('\n', known.Errors));
        known.Output.Should().Equal("sealed");
        (await stranger.EndsAsync()).Should().Be(1);
        stranger.Errors.Should().ContainSingle().Which.Should().Contain("UNAUTHENTICATED");
        (await distrustful.EndsAsync()).Should().Be(1);
        ShouldFailInOneLine(distrustful);
        distrustful.Errors[0].Should().Contain("certificate");
    }

    [Fact]
    public async Task Doctor_says_that_it_has_nothing_to_look_at()
    {
        var program = StartAnywhere(["doctor", "--endpoint", "http://127.0.0.1:1"]);

        (await program.EndsAsync()).Should().Be(2);
        ShouldFailInOneLine(program);
    }

    [Fact]
    public async Task Where_nobody_listens_that_is_told_in_one_line_and_with_exit_code_3()
    {
        var program = StartAnywhere(["status", "--endpoint", "http://127.0.0.1:1"]);

        (await program.EndsAsync()).Should().Be(3);
        ShouldFailInOneLine(program);
        program.Errors[0].Should().Contain("WINAPI_GRPC_URL");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_by_the_host_in_one_line()
    {
        var url = await StartHostAsync();
        var folder = Directory.CreateTempSubdirectory("winapi-");
        var second = Own(ProgramRun.Start(
            ProgramPaths.Host, ["--endpoint", $"unix://{folder.FullName}/host.sock", "--grpc-url", url, "--log-level", "ERROR"]));

        (await second.EndsAsync()).Should().Be(1);

        second.Errors.Should().Contain(line => line.StartsWith("WinAPIService: ") && line.Contains(url, StringComparison.Ordinal));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_missing_certificate_is_told_with_the_setting_that_names_one()
    {
        var host = Own(ProgramRun.Start(
            ProgramPaths.Host, ["--endpoint", Host.Endpoint + ".2", "--grpc-url", "https://127.0.0.1:0", "--log-level", "ERROR"],
            ("DOTNET_CLI_HOME", "/nonexistent"), ("HOME", "/nonexistent")));

        (await host.EndsAsync()).Should().Be(1);

        host.Errors.Should().Contain(line => line.StartsWith("WinAPIService: ") && line.Contains("Kestrel__Certificates__Default__Path"));
    }

    private async Task<string> StartHostAsync()
    {
        var host = Own(ProgramRun.Start(ProgramPaths.Host, ["--endpoint", Host.Endpoint + ".2", "--grpc-url", "http://127.0.0.1:0"]));
        return (await host.PrintsAsync("listening on http://"))["listening on ".Length..];
    }
}
