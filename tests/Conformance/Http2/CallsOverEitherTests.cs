namespace WinApi.Conformance.Tests.Http2;

public sealed class CallsOverEitherTests : EitherTransportTest
{
    [Theory, MemberData(nameof(Transports))]
    public async Task Every_kind_of_call_gets_its_replies(string transport)
    {
        await StartAsync(transport);

        var unary = await Client.UnaryAsync(new Request { Payload = Pattern.Payload(100_000) }).ResponseAsync.Soon("the reply");
        var blocking = await Task.Run(() => Client.Unary(new Request { Payload = Pattern.Payload(10) }), Stop).Soon("the reply");
        using var down = Client.ServerStreaming(new Request { Payload = Pattern.Payload(7), Script = new Script { ReplyCount = 20 } });
        var sequence = 0u;
        while (await down.ResponseStream.MoveNext(Stop).Soon("a reply"))
        {
            down.ResponseStream.Current.Sequence.Should().Be(sequence++);
        }

        using var up = Client.ClientStreaming(cancellationToken: Stop);
        for (var request = 0; request < 5; request++)
        {
            await up.RequestStream.WriteAsync(new Request { Payload = Pattern.Payload(1000, request) }, Stop).Soon("the writing");
        }

        await up.RequestStream.CompleteAsync().Soon("the end of the requests");
        var read = await up.ResponseAsync.Soon("the reply");
        using var both = Client.Bidirectional(cancellationToken: Stop);
        for (var request = 0; request < 5; request++)
        {
            await both.RequestStream.WriteAsync(new Request { Payload = Pattern.Payload(50, request) }, Stop).Soon("the writing");
            (await both.ResponseStream.MoveNext(Stop).Soon("a reply")).Should().BeTrue();
            both.ResponseStream.Current.Payload.Should().Equal(Pattern.Payload(50, request));
        }

        unary.Payload.Should().Equal(Pattern.Payload(100_000));
        blocking.Payload.Should().Equal(Pattern.Payload(10));
        sequence.Should().Be(20);
        (read.RequestsRead, read.BytesRead).Should().Be((5u, 5000ul));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Metadata_travels_both_ways(string transport)
    {
        await StartAsync(transport);
        var sent = new Metadata { { "echo-text", "ears" }, { "trail-bytes-bin", [1, 0, 255] } };

        var call = Client.UnaryAsync(new Request { Script = new Script { EchoMetadata = true } }, sent);
        await call.ResponseAsync.Soon("the reply");

        (await call.ResponseHeadersAsync.Soon("the headers")).GetValue("echo-text").Should().Be("ears");
        call.GetTrailers().GetValueBytes("trail-bytes-bin").Should().Equal(1, 0, 255);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_status_arrives_with_its_words(string transport)
    {
        await StartAsync(transport);
        var script = new Script { Outcome = new Outcome { StatusCode = (uint)StatusCode.NotFound, Detail = "no such thing: α" } };

        var error = await Client.UnaryAsync(new Request { Script = script }).ResponseAsync.FailsSoonWith(StatusCode.NotFound, "the call");
        script.Outcome.ThrowOther = true;
        await Client.UnaryAsync(new Request { Script = script }).ResponseAsync.FailsSoonWith(StatusCode.Unknown, "the call");

        error.Status.Detail.Should().Be("no such thing: α");
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_deadline_ends_the_call_at_both_ends(string transport)
    {
        await StartAsync(transport);

        var call = Client.UnaryAsync(
            new Request { Script = new Script { Hold = Hold.UntilCancelled } }, ScriptedService.Named("late"), DateTime.UtcNow.AddMilliseconds(300));

        await call.ResponseAsync.FailsSoonWith(StatusCode.DeadlineExceeded, "the call");
        await Service.Call("late").Cancelled.Soon("the handler's token");
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Who_cancels_is_heard_at_the_other_end(string transport)
    {
        await StartAsync(transport);
        using var cancel = new CancellationTokenSource();
        var call = Client.UnaryAsync(
            new Request { Script = new Script { Hold = Hold.UntilCancelled } }, ScriptedService.Named("gone"), cancellationToken: cancel.Token);
        await Service.Call("gone").Entered.Soon("the handler");

        await cancel.CancelAsync();

        await call.ResponseAsync.FailsSoonWith(StatusCode.Cancelled, "the call");
        await Service.Call("gone").Cancelled.Soon("the handler's token");
    }
}
