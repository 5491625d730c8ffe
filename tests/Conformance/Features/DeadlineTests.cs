namespace WinApi.Conformance.Tests;

public abstract class DeadlineTests(Bed bed) : ConformanceTest(bed)
{
    private static readonly Request HeldUntilCancelled = new() { Script = new Script { Hold = Hold.UntilCancelled } };

    private static DateTime InAMoment => DateTime.UtcNow.AddMilliseconds(300);

    [Fact]
    public async Task A_unary_call_past_its_deadline_fails_and_its_handler_is_told()
    {
        var link = Start();

        await link.Client.UnaryAsync(HeldUntilCancelled, deadline: InAMoment).ResponseAsync
            .FailsSoonWith(StatusCode.DeadlineExceeded, "the call");

        await link.Service.Call().Cancelled.Soon("the handler's token to fire");
    }

    [Fact]
    public async Task A_blocking_call_past_its_deadline_fails_and_its_handler_is_told()
    {
        var link = Start();

        await Task.Run(() => link.Client.Unary(HeldUntilCancelled, deadline: InAMoment), Stop)
            .FailsSoonWith(StatusCode.DeadlineExceeded, "the call");

        await link.Service.Call().Cancelled.Soon("the handler's token to fire");
    }

    [Fact]
    public async Task A_server_streaming_call_past_its_deadline_fails_after_what_was_sent_before()
    {
        var link = Start();
        using var call = link.Client.ServerStreaming(
            new Request { Script = new Script { ReplyCount = 3, Hold = Hold.UntilCancelled } },
            deadline: DateTime.UtcNow.AddSeconds(2));
        for (var sequence = 0; sequence < 3; sequence++)
        {
            (await call.ResponseStream.MoveNext(Stop).Soon($"reply {sequence}")).Should().BeTrue();
        }

        await call.ResponseStream.MoveNext(Stop).FailsSoonWith(StatusCode.DeadlineExceeded, "the call");

        await link.Service.Call().Cancelled.Soon("the handler's token to fire");
        call.GetStatus().StatusCode.Should().Be(StatusCode.DeadlineExceeded);
    }

    [Fact]
    public async Task A_client_streaming_call_past_its_deadline_fails_and_its_handler_is_told()
    {
        var link = Start();
        using var call = link.Client.ClientStreaming(deadline: InAMoment);

        await call.ResponseAsync.FailsSoonWith(StatusCode.DeadlineExceeded, "the call");

        await link.Service.Call().Cancelled.Soon("the handler's token to fire");
    }

    [Fact]
    public async Task A_bidirectional_call_past_its_deadline_fails_and_its_handler_is_told()
    {
        var link = Start();
        using var call = link.Client.Bidirectional(deadline: InAMoment);

        await call.ResponseStream.MoveNext(Stop).FailsSoonWith(StatusCode.DeadlineExceeded, "the call");

        await link.Service.Call().Cancelled.Soon("the handler's token to fire");
    }

    [Fact]
    public async Task A_caller_is_freed_at_its_deadline_even_where_the_handler_does_not_listen()
    {
        var link = Start();

        await link.Client.UnaryAsync(
            new Request { Script = new Script { Hold = Hold.UntilReleased } }, deadline: InAMoment).ResponseAsync
            .FailsSoonWith(StatusCode.DeadlineExceeded, "the call");

        link.Service.Call().Left.IsCompleted.Should().BeFalse("the handler still holds");
        link.Service.Call().Release();
        await link.Client.UnaryAsync(new Request(), ScriptedService.Named("next")).ResponseAsync.Soon("the next call");
    }

    [Fact]
    public async Task A_write_that_waits_for_the_reader_is_freed_at_the_deadline()
    {
        var link = Start();
        using var call = link.Client.ClientStreaming(deadline: DateTime.UtcNow.AddSeconds(1));
        await call.RequestStream.WriteAsync(HeldUntilCancelled).Soon("the first write");

        var error = await Record.ExceptionAsync(async () =>
        {
            while (true)
            {
                await call.RequestStream.WriteAsync(new Request { Payload = Pattern.Payload(100_000) }).Soon("a write");
            }
        });

        error.Should().BeOfType<RpcException>().Which.StatusCode.Should().Be(StatusCode.DeadlineExceeded);
    }

    [Fact]
    public async Task A_deadline_already_past_fails_the_call_before_it_reaches_the_handler()
    {
        var link = Start();
        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("the first call");

        await link.Client.UnaryAsync(new Request(), deadline: DateTime.UtcNow.AddSeconds(-1)).ResponseAsync
            .FailsSoonWith(StatusCode.DeadlineExceeded, "the late call");
        await Task.Run(() => link.Client.Unary(new Request(), deadline: DateTime.MinValue), Stop)
            .FailsSoonWith(StatusCode.DeadlineExceeded, "the late blocking call");
        using var streaming = link.Client.Bidirectional(deadline: DateTime.UtcNow.AddSeconds(-1));
        await streaming.ResponseStream.MoveNext(Stop)
            .FailsSoonWith(StatusCode.DeadlineExceeded, "the late streaming call");

        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("the last call");
        link.Service.Calls.Should().Be(2);
    }

    [Fact]
    public async Task The_handler_sees_the_callers_deadline()
    {
        var link = Start();
        var deadline = DateTime.UtcNow.AddHours(1);

        await link.Client.UnaryAsync(new Request(), deadline: deadline).ResponseAsync.Soon("the reply");
        var context = await link.Service.Call().Entered.Soon("the handler");

        context.Deadline.Kind.Should().Be(DateTimeKind.Utc);
        context.Deadline.Should().BeCloseTo(deadline, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Without_a_deadline_the_handler_sees_none()
    {
        var link = Start();

        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("the reply");
        var context = await link.Service.Call().Entered.Soon("the handler");

        context.Deadline.Should().Be(DateTime.MaxValue);
    }

    [Fact]
    public async Task A_call_that_ends_in_time_is_not_touched_by_its_deadline()
    {
        var link = Start();
        var deadline = DateTime.UtcNow.AddSeconds(1);
        using var call = link.Client.UnaryAsync(new Request(), deadline: deadline);
        await call.ResponseAsync.Soon("the reply");

        // A call that is held past the first one's deadline shows that the moment has passed.
        await link.Client.UnaryAsync(HeldUntilCancelled, ScriptedService.Named("later"), deadline.AddMilliseconds(200))
            .ResponseAsync
            .FailsSoonWith(StatusCode.DeadlineExceeded, "the later call");

        call.GetStatus().StatusCode.Should().Be(StatusCode.OK);
        link.Service.Call().Cancelled.IsCompleted.Should().BeFalse();
    }
}
