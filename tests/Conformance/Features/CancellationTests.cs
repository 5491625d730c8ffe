namespace WinApi.Conformance.Tests;

public abstract class CancellationTests(Bed bed) : ConformanceTest(bed)
{
    private static readonly Request Held = new() { Script = new Script { Hold = Hold.UntilCancelled } };

    [Fact]
    public async Task A_call_cancelled_before_it_starts_never_reaches_the_handler()
    {
        var link = Start();
        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("the first call");
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        await link.Client.UnaryAsync(new Request(), cancellationToken: cancel.Token)
            .ResponseAsync.FailsSoonWith(StatusCode.Cancelled, "a unary call");
        await Task.Run(() => link.Client.Unary(new Request(), cancellationToken: cancel.Token), Stop)
            .FailsSoonWith(StatusCode.Cancelled, "a blocking call");
        using var server = link.Client.ServerStreaming(new Request(), cancellationToken: cancel.Token);
        await server.ResponseStream.MoveNext(Stop).FailsSoonWith(StatusCode.Cancelled, "a server-streaming call");
        using var client = link.Client.ClientStreaming(cancellationToken: cancel.Token);
        await client.ResponseAsync.FailsSoonWith(StatusCode.Cancelled, "a client-streaming call");
        using var both = link.Client.Bidirectional(cancellationToken: cancel.Token);
        await both.ResponseStream.MoveNext(Stop).FailsSoonWith(StatusCode.Cancelled, "a bidirectional call");

        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("the last call");
        link.Service.Calls.Should().Be(2);
    }

    [Fact]
    public async Task Cancelling_a_unary_call_reaches_its_handler()
    {
        var link = Start();
        using var cancel = new CancellationTokenSource();
        using var call = link.Client.UnaryAsync(Held, cancellationToken: cancel.Token);
        await link.Service.Call().Held.Soon("the handler");

        await cancel.CancelAsync();

        await call.ResponseAsync.FailsSoonWith(StatusCode.Cancelled, "the call");
        await link.Service.Call().Cancelled.Soon("the handler's token to fire");
        (await link.Service.Call().Left.Soon("the handler's end")).Should()
            .BeAssignableTo<OperationCanceledException>();
    }

    [Fact]
    public async Task Cancelling_a_blocking_call_frees_its_thread_and_reaches_its_handler()
    {
        var link = Start();
        using var cancel = new CancellationTokenSource();
        var call = Task.Run(() => link.Client.Unary(Held, cancellationToken: cancel.Token), Stop);
        await link.Service.Call().Held.Soon("the handler");

        await cancel.CancelAsync();

        await call.FailsSoonWith(StatusCode.Cancelled, "the call");
        await link.Service.Call().Cancelled.Soon("the handler's token to fire");
    }

    [Fact]
    public async Task Cancelling_a_server_streaming_call_reaches_its_handler()
    {
        var link = Start();
        using var cancel = new CancellationTokenSource();
        using var call = link.Client.ServerStreaming(
            new Request { Script = new Script { ReplyCount = 1, Hold = Hold.UntilCancelled } },
            cancellationToken: cancel.Token);
        (await call.ResponseStream.MoveNext(Stop).Soon("the first reply")).Should().BeTrue();

        await cancel.CancelAsync();

        await call.ResponseStream.MoveNext(Stop).FailsSoonWith(StatusCode.Cancelled, "the call");
        await link.Service.Call().Cancelled.Soon("the handler's token to fire");
        call.GetStatus().StatusCode.Should().Be(StatusCode.Cancelled);
    }

    [Fact]
    public async Task Cancelling_a_client_streaming_call_ends_its_handlers_reading()
    {
        var link = Start();
        using var cancel = new CancellationTokenSource();
        using var call = link.Client.ClientStreaming(cancellationToken: cancel.Token);
        await call.RequestStream.WriteAsync(new Request()).Soon("the write");
        await link.Service.Call().Held.Soon("the handler");

        await cancel.CancelAsync();

        await call.ResponseAsync.FailsSoonWith(StatusCode.Cancelled, "the call");
        await link.Service.Call().Cancelled.Soon("the handler's token to fire");
        (await link.Service.Call().Left.Soon("the handler's end")).Should().NotBeNull("its stream did not end well");
    }

    [Fact]
    public async Task Cancelling_a_bidirectional_call_ends_its_handlers_reading()
    {
        var link = Start();
        using var cancel = new CancellationTokenSource();
        using var call = link.Client.Bidirectional(cancellationToken: cancel.Token);
        await call.RequestStream.WriteAsync(new Request()).Soon("the write");
        (await call.ResponseStream.MoveNext(Stop).Soon("the first reply")).Should().BeTrue();

        await cancel.CancelAsync();

        await call.ResponseStream.MoveNext(Stop).FailsSoonWith(StatusCode.Cancelled, "the call");
        await link.Service.Call().Cancelled.Soon("the handler's token to fire");
        (await link.Service.Call().Left.Soon("the handler's end")).Should().NotBeNull("its stream did not end well");
    }

    [Fact]
    public async Task Disposing_a_running_call_cancels_it()
    {
        var link = Start();
        var unary = link.Client.UnaryAsync(Held, ScriptedService.Named("unary"));
        var server = link.Client.ServerStreaming(Held, ScriptedService.Named("server"));
        var client = link.Client.ClientStreaming(ScriptedService.Named("client"));
        var both = link.Client.Bidirectional(ScriptedService.Named("both"));
        string[] names = ["unary", "server", "client", "both"];
        foreach (var name in names)
        {
            await link.Service.Call(name).Entered.Soon($"the handler of {name}");
        }

        unary.Dispose();
        server.Dispose();
        client.Dispose();
        both.Dispose();

        foreach (var name in names)
        {
            await link.Service.Call(name).Cancelled.Soon($"the token of {name} to fire");
        }

        await unary.ResponseAsync.FailsSoonWith(StatusCode.Cancelled, "the unary call");
        await client.ResponseAsync.FailsSoonWith(StatusCode.Cancelled, "the client-streaming call");
    }

    [Fact]
    public async Task Cancelling_after_the_end_changes_nothing()
    {
        var link = Start();
        using var cancel = new CancellationTokenSource();
        using var unary = link.Client.UnaryAsync(
            new Request(), ScriptedService.Named("unary"), cancellationToken: cancel.Token);
        await unary.ResponseAsync.Soon("the reply");
        using var both = link.Client.Bidirectional(ScriptedService.Named("both"), cancellationToken: cancel.Token);
        await both.RequestStream.CompleteAsync().Soon("the half-close");
        (await ReadAll(both.ResponseStream)).Should().BeEmpty();

        await cancel.CancelAsync();
        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("the next call");

        unary.GetStatus().StatusCode.Should().Be(StatusCode.OK);
        both.GetStatus().StatusCode.Should().Be(StatusCode.OK);
        link.Service.Call("unary").Cancelled.IsCompleted.Should().BeFalse();
        link.Service.Call("both").Cancelled.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Cancelling_one_call_leaves_the_others_alone()
    {
        var link = Start();
        using var cancel = new CancellationTokenSource();
        using var other = link.Client.UnaryAsync(
            new Request { Script = new Script { Hold = Hold.UntilReleased } }, ScriptedService.Named("other"));
        using var call = link.Client.UnaryAsync(
            Held, ScriptedService.Named("cancelled"), cancellationToken: cancel.Token);
        await link.Service.Call("other").Held.Soon("the other handler");
        await link.Service.Call("cancelled").Held.Soon("the handler");

        await cancel.CancelAsync();
        await call.ResponseAsync.FailsSoonWith(StatusCode.Cancelled, "the call");
        link.Service.Call("other").Release();

        (await other.ResponseAsync.Soon("the other reply")).RequestsRead.Should().Be(1);
        link.Service.Call("other").Cancelled.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task A_write_that_waits_for_the_reader_is_freed_by_cancelling()
    {
        var link = Start();
        using var cancel = new CancellationTokenSource();
        using var call = link.Client.ClientStreaming(cancellationToken: cancel.Token);
        await call.RequestStream.WriteAsync(Held).Soon("the first write");
        var written = 0L;
        var writing = WriteForEver();
        await Patience.UntilItStalls(() => Interlocked.Read(ref written), "the writing");

        await cancel.CancelAsync();

        var error = await Record.ExceptionAsync(() => writing.Soon("the waiting write"));
        error.Should().Match(
            thrown => thrown is RpcException && ((RpcException)thrown).StatusCode == StatusCode.Cancelled
            || thrown is OperationCanceledException);
        await link.Service.Call().Cancelled.Soon("the handler's token to fire");

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
    public async Task A_handlers_write_that_waits_for_the_reader_is_freed_by_cancelling()
    {
        var link = Start();
        using var cancel = new CancellationTokenSource();
        using var call = link.Client.ServerStreaming(
            new Request { Script = new Script { ReplyCount = 10_000, ReplyBytes = 100_000 } },
            cancellationToken: cancel.Token);
        await link.Service.Call().Entered.Soon("the handler");
        await Patience.UntilItStalls(() => link.Service.Call().RepliesWritten, "the handler's writing");

        await cancel.CancelAsync();

        await link.Service.Call().Cancelled.Soon("the handler's token to fire");
        (await link.Service.Call().Left.Soon("the handler's end")).Should()
            .NotBeNull("it could not write all its replies");
    }

    [Fact]
    public async Task Cancelling_a_read_cancels_its_call()
    {
        var link = Start();
        using var cancel = new CancellationTokenSource();
        using var call = link.Client.ServerStreaming(Held);
        var reading = call.ResponseStream.MoveNext(cancel.Token);
        await link.Service.Call().Held.Soon("the handler");

        await cancel.CancelAsync();

        await reading.FailsSoonWith(StatusCode.Cancelled, "the read");
        await link.Service.Call().Cancelled.Soon("the handler's token to fire");
    }

    [Fact]
    public async Task Cancelling_a_write_cancels_its_call()
    {
        var link = Start();
        using var cancel = new CancellationTokenSource();
        using var call = link.Client.ClientStreaming();
        await call.RequestStream.WriteAsync(Held, cancel.Token).Soon("the first write");
        await link.Service.Call().Held.Soon("the handler");
        var written = 0L;
        var writing = WriteForEver();
        await Patience.UntilItStalls(() => Interlocked.Read(ref written), "the writing");

        await cancel.CancelAsync();

        await writing.FailsSoonWith(StatusCode.Cancelled, "the waiting write");
        await link.Service.Call().Cancelled.Soon("the handler's token to fire");

        async Task WriteForEver()
        {
            while (true)
            {
                await call.RequestStream.WriteAsync(new Request { Payload = Pattern.Payload(100_000) }, cancel.Token);
                Interlocked.Increment(ref written);
            }
        }
    }

    [Fact]
    public async Task A_thousand_calls_cancelled_at_any_moment_leave_a_connection_that_works()
    {
        var link = Start();

        for (var round = 0; round < 20; round++)
        {
            using var cancel = new CancellationTokenSource();
            var calls = Enumerable.Range(0, 50).Select(call => call % 2 == 0
                ? (Task)link.Client.UnaryAsync(
                    new Request { Payload = Pattern.Payload(call * 2000, call) }, cancellationToken: cancel.Token)
                    .ResponseAsync
                : link.Client.ServerStreaming(
                    new Request { Script = new Script { ReplyCount = 20, ReplyBytes = (uint)(call * 1000) } },
                    cancellationToken: cancel.Token)
                    .ResponseStream.MoveNext(CancellationToken.None)).ToArray();
            var outcomes = calls.Select(call => Record.ExceptionAsync(() => call.Soon("a cancelled call")).AsTask())
                .ToArray();
            await cancel.CancelAsync();
            (await Task.WhenAll(outcomes)).Should().OnlyContain(error => error == null || error is RpcException);
        }

        var payload = Pattern.Payload(500_000);
        (await link.Client.UnaryAsync(new Request { Payload = payload }).ResponseAsync.Soon("the last call"))
            .Payload.Should().Equal(payload);
    }
}
