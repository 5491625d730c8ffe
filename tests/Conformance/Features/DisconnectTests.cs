namespace WinApi.Conformance.Tests;

public abstract class DisconnectTests(Bed bed) : ConformanceTest(bed)
{
    private static readonly Request Held = new() { Script = new Script { Hold = Hold.UntilCancelled } };

    [Fact]
    public async Task When_the_server_goes_calls_of_every_kind_are_UNAVAILABLE()
    {
        var link = Start();
        var unary = link.Client.UnaryAsync(Held, ScriptedService.Named("unary"));
        var blocking = Task.Factory.StartNew(
            () => link.Client.Unary(Held, ScriptedService.Named("blocking")), Stop, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        using var server = link.Client.ServerStreaming(Held, ScriptedService.Named("server"));
        using var client = link.Client.ClientStreaming(ScriptedService.Named("client"));
        using var both = link.Client.Bidirectional(ScriptedService.Named("both"));
        foreach (var name in (string[])["unary", "blocking", "server", "client", "both"])
        {
            await link.Service.Call(name).Entered.Soon($"the handler of {name}");
        }

        await link.DropServerAsync();

        await unary.ResponseAsync.FailsSoonWith(StatusCode.Unavailable, "the unary call");
        await blocking.FailsSoonWith(StatusCode.Unavailable, "the blocking call");
        await server.ResponseStream.MoveNext(Stop).FailsSoonWith(StatusCode.Unavailable, "the server-streaming call");
        await client.ResponseAsync.FailsSoonWith(StatusCode.Unavailable, "the client-streaming call");
        await both.ResponseStream.MoveNext(Stop).FailsSoonWith(StatusCode.Unavailable, "the bidirectional call");
    }

    [Fact]
    public async Task When_the_server_goes_its_handlers_are_told()
    {
        var link = Start();
        using var call = link.Client.UnaryAsync(Held);
        await link.Service.Call().Held.Soon("the handler");

        await link.DropServerAsync();

        await link.Service.Call().Cancelled.Soon("the handler's token to fire");
        await link.Service.Call().Left.Soon("the handler's end");
    }

    [Fact]
    public async Task When_the_client_goes_its_handlers_are_told_and_the_server_forgets_it()
    {
        var link = Start();
        var channel = link.NewChannel();
        var client = new TestService.TestServiceClient(channel);
        var unary = client.UnaryAsync(Held, ScriptedService.Named("unary")).ResponseAsync;
        var reading = client.ClientStreaming(ScriptedService.Named("reading")).ResponseAsync;
        var writing = client.ServerStreaming(
            new Request { Script = new Script { ReplyCount = 1000, ReplyBytes = 100_000 } },
            ScriptedService.Named("writing"));
        string[] names = ["unary", "reading", "writing"];
        foreach (var name in names)
        {
            await link.Service.Call(name).Entered.Soon($"the handler of {name}");
        }

        await channel.DisposeAsync().Soon("the channel's disposal");

        foreach (var name in names)
        {
            await link.Service.Call(name).Cancelled.Soon($"the token of {name} to fire");
            (await link.Service.Call(name).Left.Soon($"the end of {name}")).Should().NotBeNull();
        }

        // Replies that came before may be read; then comes the end.
        foreach (var call in (Task[])[unary, reading, ReadAll(writing.ResponseStream)])
        {
            var error = await Record.ExceptionAsync(() => call.Soon("the client's end of a call"));
            error.Should().BeOfType<RpcException>().Which.StatusCode.Should()
                .BeOneOf(StatusCode.Cancelled, StatusCode.Unavailable);
        }

        await Patience.Until(() => link.Server.ConnectionCount == 0, "the server to forget the client");
    }

    [Fact]
    public async Task When_the_server_goes_a_write_that_waits_is_freed()
    {
        var link = Start();
        using var call = link.Client.ClientStreaming();
        await call.RequestStream.WriteAsync(Held).Soon("the first write");
        var written = 0L;
        var writing = WriteForEver();
        await Patience.UntilItStalls(() => Interlocked.Read(ref written), "the writing");

        await link.DropServerAsync();

        var error = await Record.ExceptionAsync(() => writing.Soon("the waiting write"));
        error.Should().BeOfType<RpcException>().Which.StatusCode.Should().Be(StatusCode.Unavailable);

        async Task WriteForEver()
        {
            while (true)
            {
                await call.RequestStream.WriteAsync(new Request { Payload = Pattern.Payload(100_000) });
                Interlocked.Increment(ref written);
            }
        }
    }

    [Fact]
    public async Task When_the_server_goes_a_client_that_waits_for_room_is_freed()
    {
        var link = Start(channel: channel => channel.SharedMemoryBytes = 512 * 1024);
        using var all = await link.Channel.RentBufferAsync(256 * 1024, Stop).Soon("the whole region");
        var waiting = link.Channel.RentBufferAsync(10, Stop).AsTask();
        waiting.IsCompleted.Should().BeFalse();

        await link.DropServerAsync();

        var error = await Record.ExceptionAsync(() => waiting.Soon("the waiting renter"));
        error.Should().BeOfType<RpcException>().Which.StatusCode.Should().Be(StatusCode.Unavailable);
    }

    [Fact]
    public async Task Replies_that_came_before_the_server_went_can_still_be_read()
    {
        var link = Start();
        using var call = link.Client.ServerStreaming(
            new Request { Script = new Script { ReplyCount = 5, Hold = Hold.UntilCancelled } });
        (await call.ResponseStream.MoveNext(Stop).Soon("the first reply")).Should().BeTrue();
        await link.Service.Call().Held.Soon("the handler to have sent all");

        // The server says its goodbye after the replies, on the same connection.
        await link.DropServerAsync();

        for (var sequence = 1; sequence < 5; sequence++)
        {
            (await call.ResponseStream.MoveNext(Stop).Soon($"reply {sequence}")).Should().BeTrue();
        }

        await call.ResponseStream.MoveNext(Stop).FailsSoonWith(StatusCode.Unavailable, "the call");
    }

    [Fact]
    public async Task A_buffer_of_a_connection_that_ended_is_refused_on_the_next_and_harmless_to_dispose()
    {
        var link = NotStarted();
        link.StartServer();
        var buffer = await link.Channel.RentBufferAsync(10_000, Stop).Soon("a buffer");
        Pattern.Fill(buffer.Span, 1);
        var reference = buffer.Reference;
        await link.DropServerAsync();
        link.StartServer();
        await link.Client.UnaryAsync(new Request(), new CallOptions().WithWaitForReady())
            .ResponseAsync.Soon("a call on the new connection");

        await link.Client.BuffersAsync(new BufferRequest { Buffers = { reference } })
            .ResponseAsync.FailsSoonWith(StatusCode.InvalidArgument, "a call with a buffer of the old connection");

        buffer.Dispose();
        using var fresh = await link.Channel.RentBufferAsync(4 << 20, Stop).Soon("the whole new region");
        fresh.Length.Should().Be(4 << 20);
    }

    [Fact]
    public async Task Handlers_left_behind_by_a_client_do_not_disturb_the_next()
    {
        var link = Start();
        for (var round = 0; round < 10; round++)
        {
            var channel = link.NewChannel();
            var client = new TestService.TestServiceClient(channel);
            var name = $"{round}";
            var call = client.UnaryAsync(Held, ScriptedService.Named(name));
            await link.Service.Call(name).Held.Soon("the handler");
            channel.Dispose();
            await Record.ExceptionAsync(() => call.ResponseAsync.Soon("the call"));
            await link.Service.Call(name).Left.Soon("the handler's end");
        }

        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("a call of the next client");
    }
}
