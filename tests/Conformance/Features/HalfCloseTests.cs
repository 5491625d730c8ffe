namespace WinApi.Conformance.Tests;

public abstract class HalfCloseTests(Bed bed) : ConformanceTest(bed)
{
    [Fact]
    public async Task A_client_stream_without_a_request_is_answered()
    {
        var link = Start();
        using var call = link.Client.ClientStreaming();
        await call.RequestStream.CompleteAsync().Soon("the half-close");

        (await call.ResponseAsync.Soon("the reply")).RequestsRead.Should().Be(0);
    }

    [Fact]
    public async Task A_bidirectional_call_with_nothing_either_way_ends_well()
    {
        var link = Start();
        using var call = link.Client.Bidirectional();
        await call.RequestStream.CompleteAsync().Soon("the half-close");

        (await ReadAll(call.ResponseStream)).Should().BeEmpty();
        call.GetStatus().StatusCode.Should().Be(StatusCode.OK);
    }

    [Fact]
    public async Task A_server_stream_without_a_reply_ends_well()
    {
        var link = Start();
        using var call = link.Client.ServerStreaming(new Request());

        (await ReadAll(call.ResponseStream)).Should().BeEmpty();
        call.GetStatus().StatusCode.Should().Be(StatusCode.OK);
    }

    [Fact]
    public async Task After_the_end_of_a_stream_there_is_still_nothing_more()
    {
        var link = Start();
        using var call = link.Client.ServerStreaming(new Request { Script = new Script { ReplyCount = 1 } });
        await ReadAll(call.ResponseStream);

        (await call.ResponseStream.MoveNext(Stop).Soon("the end")).Should().BeFalse();
    }

    [Fact]
    public async Task After_the_clients_half_close_the_handler_can_go_on_answering()
    {
        var link = Start();
        using var call = link.Client.Bidirectional();
        await call.RequestStream.WriteAsync(new Request { Script = new Script { Hold = Hold.UntilReleased } })
            .Soon("the first write");
        for (var sequence = 1; sequence < 50; sequence++)
        {
            await call.RequestStream.WriteAsync(new Request { Payload = Pattern.Payload(100, sequence) })
                .Soon("a write");
        }

        await call.RequestStream.CompleteAsync().Soon("the half-close");
        link.Service.Call().Release();

        (await ReadAll(call.ResponseStream)).Should().HaveCount(50);
        call.GetStatus().StatusCode.Should().Be(StatusCode.OK);
    }

    [Fact]
    public async Task A_handler_may_end_a_bidirectional_call_before_the_client_half_closes()
    {
        var link = Start();
        using var call = link.Client.Bidirectional();
        await call.RequestStream.WriteAsync(new Request { Script = new Script { StopReading = true } })
            .Soon("the write");

        (await ReadAll(call.ResponseStream)).Should().HaveCount(1);
        call.GetStatus().StatusCode.Should().Be(StatusCode.OK);
    }

    [Fact]
    public async Task A_handler_may_answer_a_client_stream_before_the_client_half_closes()
    {
        var link = Start();
        using var call = link.Client.ClientStreaming();
        await call.RequestStream.WriteAsync(new Request { Script = new Script { StopReading = true } })
            .Soon("the write");

        (await call.ResponseAsync.Soon("the reply")).RequestsRead.Should().Be(1);
    }

    [Fact]
    public async Task A_write_after_the_call_has_ended_fails_and_does_not_hang()
    {
        var link = Start();
        using var call = link.Client.Bidirectional();
        await call.RequestStream.WriteAsync(new Request { Script = new Script { StopReading = true } })
            .Soon("the write");
        await ReadAll(call.ResponseStream);

        var error = await Record.ExceptionAsync(
            () => call.RequestStream.WriteAsync(new Request()).Soon("the late write"));

        error.Should().Match(thrown => thrown is RpcException || thrown is InvalidOperationException);
    }

    [Fact]
    public async Task A_half_close_after_the_call_has_ended_is_harmless()
    {
        var link = Start();
        using var call = link.Client.Bidirectional();
        await call.RequestStream.WriteAsync(new Request { Script = new Script { StopReading = true } })
            .Soon("the write");
        await ReadAll(call.ResponseStream);

        await call.RequestStream.CompleteAsync().Soon("the late half-close");

        call.GetStatus().StatusCode.Should().Be(StatusCode.OK);
    }

    [Fact]
    public async Task A_write_after_the_half_close_is_a_mistake_that_is_told()
    {
        var link = Start();
        using var call = link.Client.Bidirectional();
        await call.RequestStream.CompleteAsync().Soon("the half-close");

        var error = await Record.ExceptionAsync(() => call.RequestStream.WriteAsync(new Request()).Soon("the write"));

        error.Should().BeOfType<InvalidOperationException>();
    }

    [Fact]
    public async Task A_second_write_before_the_first_has_ended_is_a_mistake_that_is_told()
    {
        var link = Start();
        using var call = link.Client.ClientStreaming();
        await call.RequestStream.WriteAsync(new Request { Script = new Script { Hold = Hold.UntilReleased } })
            .Soon("the first write");
        var (written, waiting) = (1UL, Task.CompletedTask);
        while (waiting.IsCompleted)
        {
            await waiting.Soon("a write that found room");
            waiting = call.RequestStream.WriteAsync(new Request { Payload = Pattern.Payload(100_000) });
            written++;
        }

        var error = await Record.ExceptionAsync(() => call.RequestStream.WriteAsync(new Request()).Soon("the second"));

        error.Should().BeOfType<InvalidOperationException>();
        link.Service.Call().Release();
        await waiting.Soon("the write under way");
        await call.RequestStream.CompleteAsync().Soon("the half-close");
        (await call.ResponseAsync.Soon("the reply")).RequestsRead.Should().Be((uint)written);
    }

    [Fact]
    public async Task A_writer_that_waits_is_freed_when_the_handler_ends_the_call()
    {
        var link = Start();
        using var call = link.Client.ClientStreaming();
        await call.RequestStream.WriteAsync(new Request
        {
            Script = new Script
            {
                Hold = Hold.UntilReleased,
                StopReading = true,
                Outcome = new Outcome { StatusCode = (uint)StatusCode.OutOfRange },
            },
        }).Soon("the first write");
        var written = 0L;
        var writing = WriteForEver();
        await Patience.UntilItStalls(() => Interlocked.Read(ref written), "the writing");

        link.Service.Call().Release();

        await call.ResponseAsync.FailsSoonWith(StatusCode.OutOfRange, "the call");
        var error = await Record.ExceptionAsync(() => writing.Soon("the waiting write"));
        error.Should().Match(thrown => thrown is RpcException || thrown is InvalidOperationException);

        async Task WriteForEver()
        {
            while (true)
            {
                await call.RequestStream.WriteAsync(new Request { Payload = Pattern.Payload(50_000) });
                Interlocked.Increment(ref written);
            }
        }
    }

    [Fact]
    public async Task Requests_left_unread_cost_later_calls_nothing()
    {
        var link = Start();
        for (var round = 0; round < 100; round++)
        {
            using var call = link.Client.ClientStreaming();
            await call.RequestStream.WriteAsync(new Request { Script = new Script { StopReading = true } })
                .Soon("the first write");
            for (var more = 0; more < 5; more++)
            {
                // The handler may have ended the call already.
                await Record.ExceptionAsync(() =>
                    call.RequestStream.WriteAsync(new Request { Payload = Pattern.Payload(60_000) }).Soon("a write"));
            }

            (await call.ResponseAsync.Soon($"reply {round}")).RequestsRead.Should().Be(1);
        }

        var payload = Pattern.Payload(2_000_000);
        (await link.Client.UnaryAsync(new Request { Payload = payload }).ResponseAsync.Soon("the last call"))
            .Payload.Should().Equal(payload);
    }

    [Fact]
    public async Task Replies_left_unread_cost_later_calls_nothing()
    {
        var link = Start();
        for (var round = 0; round < 100; round++)
        {
            using var call = link.Client.ServerStreaming(
                new Request { Script = new Script { ReplyCount = 100, ReplyBytes = 60_000 } },
                ScriptedService.Named($"{round}"));
            (await call.ResponseStream.MoveNext(Stop).Soon("the first reply")).Should().BeTrue();
        }

        var payload = Pattern.Payload(2_000_000);
        (await link.Client.UnaryAsync(new Request { Payload = payload }).ResponseAsync.Soon("the last call"))
            .Payload.Should().Equal(payload);
        for (var round = 0; round < 100; round++)
        {
            await link.Service.Call($"{round}").Left.Soon($"the end of handler {round}");
        }
    }
}
