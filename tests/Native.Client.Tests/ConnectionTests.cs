namespace WinApi.Native.Client.Tests;

public sealed class ConnectionTests : NativeTest
{
    [Fact]
    public async Task The_next_call_after_a_restart_of_the_host_connects_again()
    {
        var folder = Directory.CreateTempSubdirectory("winapi-");
        var endpoint = $"unix://{folder.FullName}/host.sock";
        try
        {
            var run = Start(await NativeBuild.AddressSanitizerAsync(), "reconnect", endpoint);
            await run.PrintsAsync("ready");
            for (var life = 0; life < 3; life++)
            {
                await using var host = ProgramRun.Start(ProgramPaths.Host, ["--endpoint", endpoint]);
                await host.PrintsAsync("listening on ");
                await run.WritesAsync($"life {life}");
                await run.PrintsAsync($"OK life {life}");
                await host.KillAsync();
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_call_that_waits_for_ready_is_answered_once_there_is_a_host()
    {
        var folder = Directory.CreateTempSubdirectory("winapi-");
        var endpoint = $"unix://{folder.FullName}/host.sock";
        try
        {
            var run = Start(await NativeBuild.PlainAsync(), "reconnect", endpoint, "wait");
            await run.PrintsAsync("ready");
            await run.WritesAsync("early");

            await using var host = ProgramRun.Start(ProgramPaths.Host, ["--endpoint", endpoint]);
            await run.PrintsAsync("OK early");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task C_and_CSharp_clients_share_a_host()
    {
        var host = await StartHostAsync();
        var build = await NativeBuild.PlainAsync();
        var native = Enumerable.Range(0, 3).Select(_ => Start(build, "threads", host.Endpoint, "15")).ToArray();
        using var channel = HyperVChannel.ForEndpoint(host.Endpoint);
        var echo = new Echo.EchoClient(channel);

        for (var i = 0; i < 500; i++)
        {
            (await echo.UnaryEchoAsync(new EchoRequest { Text = $"{i}" }).ResponseAsync.Soon("the reply")).Text.Should().Be($"{i}");
        }

        foreach (var run in native)
        {
            (await run.EndsAsync()).Should().Be(0, run.Everything);
            run.Output.Should().Contain("all good");
        }
    }
}
