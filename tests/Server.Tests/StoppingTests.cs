using System.Runtime.InteropServices;

namespace WinApi.Server.Tests;

public sealed class StoppingTests : HostTest
{
    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task Told_to_stop_it_ends_with_0_and_removes_its_socket(PosixSignal signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        var host = await StartHostAsync();
        File.Exists(host.SocketPath).Should().BeTrue();

        host.Program.Signal(signal);

        (await host.Program.EndsAsync()).Should().Be(0);
        File.Exists(host.SocketPath).Should().BeFalse();
        host.Program.Output.Should().ContainSingle();
    }

    [Fact]
    public async Task Told_to_stop_it_lets_a_running_call_finish_and_takes_no_new_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        var host = await StartHostAsync();
        var client = new Echo.EchoClient(Connect(host.Endpoint));
        using var call = client.BidirectionalStreamingEcho();
        await Echo("before");

        host.Program.Signal(PosixSignal.SIGTERM);

        await RefusesNewCalls(client);
        await Echo("while it stops");
        host.Program.HasExited.Should().BeFalse("a call still runs");
        await call.RequestStream.CompleteAsync().Soon("the half-close");
        (await call.ResponseStream.MoveNext(Stop).Soon("the end")).Should().BeFalse();
        call.GetStatus().StatusCode.Should().Be(StatusCode.OK);
        (await host.Program.EndsAsync()).Should().Be(0);

        async Task Echo(string text)
        {
            await call.RequestStream.WriteAsync(new EchoRequest { Text = text }).Soon("the write");
            (await call.ResponseStream.MoveNext(Stop).Soon("the echo")).Should().BeTrue();
            call.ResponseStream.Current.Text.Should().Be(text);
        }
    }

    [Fact]
    public async Task A_call_that_does_not_end_in_time_is_ended()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        var host = await StartHostAsync("--shutdown-timeout-seconds", "0");
        using var call = new Echo.EchoClient(Connect(host.Endpoint)).BidirectionalStreamingEcho();
        await call.RequestStream.WriteAsync(new EchoRequest()).Soon("the write");
        (await call.ResponseStream.MoveNext(Stop).Soon("the echo")).Should().BeTrue();

        host.Program.Signal(PosixSignal.SIGTERM);

        (await host.Program.EndsAsync()).Should().Be(0);
        var error = await Record.ExceptionAsync(() => call.ResponseStream.MoveNext(Stop).Soon("the end of the call"));
        error.Should().BeOfType<RpcException>().Which.StatusCode.Should()
            .BeOneOf(StatusCode.Unavailable, StatusCode.Cancelled);
    }

    [Fact]
    public async Task A_second_Ctrl_C_ends_running_calls_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        var host = await StartHostAsync("--shutdown-timeout-seconds", "3600");
        var client = new Echo.EchoClient(Connect(host.Endpoint));
        using var call = client.BidirectionalStreamingEcho();
        await call.RequestStream.WriteAsync(new EchoRequest()).Soon("the write");
        (await call.ResponseStream.MoveNext(Stop).Soon("the echo")).Should().BeTrue();
        host.Program.Signal(PosixSignal.SIGINT);
        await RefusesNewCalls(client);

        host.Program.Signal(PosixSignal.SIGINT);

        (await host.Program.EndsAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Killed_in_the_middle_of_calls_its_clients_get_UNAVAILABLE()
    {
        var host = await StartHostAsync();
        var channel = Connect(host.Endpoint);
        var client = new Echo.EchoClient(channel);
        using var call = client.BidirectionalStreamingEcho();
        await call.RequestStream.WriteAsync(new EchoRequest()).Soon("the write");
        (await call.ResponseStream.MoveNext(Stop).Soon("the echo")).Should().BeTrue();
        using var summary = client.ClientStreamingEcho();
        using var buffer = await channel.RentBufferAsync(1 << 20, Stop).AsTask().Soon("a buffer");

        await host.Program.KillAsync();

        await IsUnavailable(call.ResponseStream.MoveNext(Stop), "the bidirectional call");
        await IsUnavailable(summary.ResponseAsync, "the client-streaming call");
        await IsUnavailable(client.UnaryEchoAsync(new EchoRequest()).ResponseAsync, "a call after");
        buffer.Span.Fill(1);
        buffer.ReadOnlySpan[^1].Should().Be(1, "the client's own memory is still there");
    }

    /// <summary>The signal takes a moment to be seen: until then calls still succeed.</summary>
    private static async Task RefusesNewCalls(Echo.EchoClient client)
    {
        Exception? refusal = null;
        await Patience.Soon(
            Task.Run(
                async () =>
                {
                    while (refusal is null && !Stop.IsCancellationRequested)
                    {
                        refusal = await Record.ExceptionAsync(
                            () => client.UnaryEchoAsync(new EchoRequest()).ResponseAsync);
                    }
                },
                Stop),
            "new calls to be refused");
        refusal.Should().BeOfType<RpcException>().Which.StatusCode.Should().Be(StatusCode.Unavailable);
    }

    private static async Task IsUnavailable(Task call, string what)
    {
        var error = await Record.ExceptionAsync(() => call.Soon(what));
        error.Should().BeOfType<RpcException>($"{what} has lost its host").Which.StatusCode.Should()
            .Be(StatusCode.Unavailable);
    }
}
