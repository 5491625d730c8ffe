namespace WinApi.Native.Client.Tests;

public sealed class ChannelTests : NativeTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_threads_use_one_channel_without_a_race(bool loopback)
    {
        var host = await StartHostAsync();
        var endpoint = host.Endpoint;
        if (loopback)
        {
            var other = ProgramRun.Start(ProgramPaths.Host, ["--endpoint", "tcp://127.0.0.1:0"]);
            await using var owned = other;
            endpoint = (await other.PrintsAsync("listening on "))["listening on ".Length..];
            await RunThreadsAsync(endpoint);
            return;
        }

        await RunThreadsAsync(endpoint);
    }

    [Fact]
    public async Task A_program_with_its_own_event_loop_gets_every_callback_once_and_on_its_thread()
    {
        var host = await StartHostAsync();

        var run = Start(await NativeBuild.ThreadSanitizerAsync(), "event_loop", host.Endpoint, "300");

        (await run.EndsAsync()).Should().Be(0, run.Everything);
        run.Output.Should().Equal("good 300 cancelled 1 expired 1 other 0 strays 0 replies 50");
    }

    [Fact]
    public async Task An_API_added_by_its_proto_alone_is_called_from_C()
    {
        var folder = Directory.CreateTempSubdirectory("winapi-");
        try
        {
            var endpoint = $"unix://{folder.FullName}/clipboard.sock";
            await using var server = new HyperVServer(new HyperVServerOptions { Endpoints = { TransportEndpoint.Parse(endpoint) } });
            Clipboard.V1.Clipboard.BindService(server.Services, new AddingAnApi.Tests.ClipboardService());
            server.Start();

            var run = Start(await NativeBuild.PlainAsync(), "clipboard", endpoint, "from C");

            (await run.EndsAsync()).Should().Be(0, run.Everything);
            run.Output.Should().Equal("pasted from C");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task RunThreadsAsync(string endpoint)
    {
        var run = Start(await NativeBuild.ThreadSanitizerAsync(), "threads", endpoint, "10");
        (await run.EndsAsync(TimeSpan.FromMinutes(2))).Should().Be(0, run.Everything);
        run.Output.Should().Contain("all good");
    }
}
