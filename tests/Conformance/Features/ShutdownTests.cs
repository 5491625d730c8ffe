namespace WinApi.Conformance.Tests;

public abstract class ShutdownTests(Bed bed) : ConformanceTest(bed)
{
    [Fact]
    public async Task A_graceful_stop_lets_running_calls_finish()
    {
        var link = Start();
        var unary = link.Client.UnaryAsync(
            new Request { Payload = Pattern.Payload(100_000), Script = new Script { Hold = Hold.UntilReleased } },
            ScriptedService.Named("unary")).ResponseAsync;
        using var both = link.Client.Bidirectional(ScriptedService.Named("both"));
        await link.Service.Call("unary").Held.Soon("the unary handler");
        await link.Service.Call("both").Entered.Soon("the bidirectional handler");

        var stopping = link.Server.StopAsync(Stop);

        for (var round = 0; round < 5; round++)
        {
            await both.RequestStream.WriteAsync(new Request()).Soon("a write");
            (await both.ResponseStream.MoveNext(Stop).Soon("a reply")).Should().BeTrue();
        }

        stopping.IsCompleted.Should().BeFalse("two calls run");
        await both.RequestStream.CompleteAsync().Soon("the half-close");
        (await ReadAll(both.ResponseStream)).Should().BeEmpty();
        link.Service.Call("unary").Release();
        (await unary.Soon("the unary reply")).Payload.Should().Equal(Pattern.Payload(100_000));
        await stopping.Soon("the stop");
        link.Service.Call("unary").Cancelled.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task During_a_graceful_stop_new_calls_are_UNAVAILABLE()
    {
        var link = Start();
        var running = link.Client.UnaryAsync(
            new Request { Script = new Script { Hold = Hold.UntilReleased } }, ScriptedService.Named("running"))
                .ResponseAsync;
        await link.Service.Call("running").Held.Soon("the handler");

        var stopping = link.Server.StopAsync(Stop);
        await Patience.Until(() => !Succeeds(link.Client), "new calls to be refused");
        await link.Client.UnaryAsync(new Request(), ScriptedService.Named("late"))
            .ResponseAsync.FailsSoonWith(StatusCode.Unavailable, "a new call on the old channel");
        await link.NewChannel().ConnectAsync(Stop).FailsSoonWith(StatusCode.Unavailable, "a new channel");

        link.Service.Call("running").Release();
        await running.Soon("the running call");
        await stopping.Soon("the stop");
        link.Service.Call("late").Entered.IsCompleted.Should().BeFalse();

        static bool Succeeds(TestService.TestServiceClient client)
        {
            try
            {
                client.Unary(new Request());
                return true;
            }
            catch (RpcException error)
            {
                error.StatusCode.Should().Be(StatusCode.Unavailable);
                return false;
            }
        }
    }

    [Fact]
    public async Task A_stop_whose_patience_ends_cancels_what_still_runs()
    {
        var link = Start();
        var running = link.Client.UnaryAsync(new Request { Script = new Script { Hold = Hold.UntilCancelled } })
            .ResponseAsync;
        await link.Service.Call().Held.Soon("the handler");
        using var patience = new CancellationTokenSource();
        var stopping = link.Server.StopAsync(patience.Token);
        stopping.IsCompleted.Should().BeFalse();

        await patience.CancelAsync();

        await Record.ExceptionAsync(() => stopping.Soon("the stop"));
        await link.Service.Call().Cancelled.Soon("the handler's token to fire");
        var error = await Record.ExceptionAsync(() => running.Soon("the running call"));
        error.Should().BeOfType<RpcException>().Which.StatusCode.Should()
            .BeOneOf(StatusCode.Unavailable, StatusCode.Cancelled);
    }

    [Fact]
    public async Task A_server_without_calls_stops_at_once_and_its_clients_notice()
    {
        var link = Start();
        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("a call");

        await link.Server.StopAsync(Stop).Soon("the stop");

        link.Server.ConnectionCount.Should().Be(0);
        await Patience.Until(() => link.Channel.Connection is null, "the channel to notice");
    }

    [Fact]
    public async Task Stopping_and_disposing_twice_is_harmless()
    {
        var link = Start();
        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("a call");

        await Task.WhenAll(link.Server.StopAsync(Stop), link.Server.StopAsync(Stop)).Soon("two stops at once");
        await link.Server.StopAsync(Stop).Soon("a third");
        await link.Server.DisposeAsync().Soon("the disposal");
        await link.Server.DisposeAsync().Soon("the second disposal");
    }

    [Fact]
    public async Task A_server_that_has_not_started_can_be_disposed()
    {
        var server = new HyperVServer(new HyperVServerOptions());

        await server.DisposeAsync().Soon("the disposal");
    }

    [Fact]
    public void A_second_server_on_the_same_endpoint_is_told_that_it_is_in_use()
    {
        var link = Start();

        var second = () => Start(options => options.Endpoints[0] = link.Endpoint);

        second.Should().Throw<EndpointInUseException>().Which.Message.Should().Contain(link.Endpoint.ToString());
    }
}
