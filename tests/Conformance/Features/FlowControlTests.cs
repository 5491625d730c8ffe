namespace WinApi.Conformance.Tests;

public abstract class FlowControlTests(Bed bed) : ConformanceTest(bed)
{
    private const int Window = 64 * 1024;

    // Small enough to go inline on every bed; all of them together are a hundred windows.
    private const int Small = 4096;
    private const int Count = 1600;

    // What may be under way while nobody reads: the window itself, one message that overdraws it, and what the two
    // ends hold in their hands.
    private const int MostUnderWay = (3 * Window / Small) + 4;

    [Fact]
    public async Task A_handler_that_does_not_read_stops_the_client_and_then_gets_all_in_order()
    {
        var link = Small_windows();
        using var call = link.Client.Bidirectional();
        await call.RequestStream.WriteAsync(new Request { Script = new Script { Hold = Hold.UntilReleased } })
            .Soon("the first write");
        var record = link.Service.Call();
        var (written, mostAhead) = (1L, 0L);
        var writing = Task.Run(WriteAll, Stop);
        await Patience.UntilItStalls(() => Interlocked.Read(ref written), "the writing");

        Interlocked.Read(ref written).Should().BeLessThanOrEqualTo(MostUnderWay, "nobody reads");

        record.Release();
        var replies = await ReadAll(call.ResponseStream);
        await writing.Soon("the writing");
        replies.Should().HaveCount(Count);
        replies.Skip(1).Should()
            .OnlyContain(reply => reply.Payload.Equals(Pattern.Payload(Small, (int)reply.Sequence)));
        mostAhead.Should().BeLessThanOrEqualTo(MostUnderWay, "the reader's pace is the writer's");

        async Task WriteAll()
        {
            for (var sequence = 1; sequence < Count; sequence++)
            {
                await call.RequestStream.WriteAsync(new Request { Payload = Pattern.Payload(Small, sequence) });
                mostAhead = Math.Max(mostAhead, Interlocked.Increment(ref written) - record.RequestsRead);
            }

            await call.RequestStream.CompleteAsync();
        }
    }

    [Fact]
    public async Task A_client_that_does_not_read_stops_the_handler_and_then_gets_all_in_order()
    {
        var link = Small_windows();
        using var call = link.Client.ServerStreaming(
            new Request { Script = new Script { ReplyCount = Count, ReplyBytes = Small } });
        var record = link.Service.Call();
        await record.Entered.Soon("the handler");
        await Patience.UntilItStalls(() => record.RepliesWritten, "the handler's writing");

        record.RepliesWritten.Should().BeGreaterThan(0).And.BeLessThanOrEqualTo(MostUnderWay, "nobody reads");

        for (var sequence = 0u; sequence < Count; sequence++)
        {
            (await call.ResponseStream.MoveNext(Stop).Soon($"reply {sequence}")).Should().BeTrue();
            call.ResponseStream.Current.Sequence.Should().Be(sequence);
            call.ResponseStream.Current.Payload.Equals(Pattern.Payload(Small, (int)sequence)).Should().BeTrue();
            (record.RepliesWritten - sequence).Should()
                .BeLessThanOrEqualTo(MostUnderWay, "the reader's pace is the writer's");
        }

        (await call.ResponseStream.MoveNext(Stop).Soon("the end")).Should().BeFalse();
    }

    [Fact]
    public async Task Large_messages_nobody_reads_stop_the_client_too()
    {
        const int Large = 256 * 1024;
        var link = Small_windows();
        using var call = link.Client.ClientStreaming();
        await call.RequestStream.WriteAsync(new Request { Script = new Script { Hold = Hold.UntilReleased } })
            .Soon("the first write");
        var written = 0L;
        var writing = Task.Run(WriteAll, Stop);
        await Patience.UntilItStalls(() => Interlocked.Read(ref written), "the writing");

        // Inline each is four windows long. Through a mapping, the request region (4 MiB) is the most that can wait.
        Interlocked.Read(ref written).Should()
            .BeLessThanOrEqualTo(Bed.SharesMemory ? 4 * 1024 * 1024 / Large : 3, "nobody reads");

        link.Service.Call().Release();
        await writing.Soon("the writing");
        var reply = await call.ResponseAsync.Soon("the reply");
        reply.RequestsRead.Should().Be(101);
        reply.BytesRead.Should().Be(100UL * Large);

        async Task WriteAll()
        {
            for (var sequence = 0; sequence < 100; sequence++)
            {
                await call.RequestStream.WriteAsync(new Request { Payload = Pattern.Payload(Large, sequence) });
                Interlocked.Increment(ref written);
            }

            await call.RequestStream.CompleteAsync();
        }
    }

    [Fact]
    public async Task Large_replies_nobody_reads_stop_the_handler_too()
    {
        const int Large = 256 * 1024;
        var link = Small_windows();
        using var call = link.Client.ServerStreaming(
            new Request { Script = new Script { ReplyCount = 100, ReplyBytes = Large } });
        var record = link.Service.Call();
        await record.Entered.Soon("the handler");
        await Patience.UntilItStalls(() => record.RepliesWritten, "the handler's writing");

        record.RepliesWritten.Should()
            .BeLessThanOrEqualTo(Bed.SharesMemory ? 4 * 1024 * 1024 / Large : 3, "nobody reads");

        var replies = await ReadAll(call.ResponseStream);
        replies.Select(reply => reply.Sequence).Should()
            .Equal(Enumerable.Range(0, 100).Select(sequence => (uint)sequence));
        replies.Should().OnlyContain(reply => reply.Payload.Equals(Pattern.Payload(Large, (int)reply.Sequence)));
    }

    [Fact]
    public async Task A_stream_that_stands_still_does_not_hold_up_other_calls()
    {
        var link = Small_windows();
        using var call = link.Client.ServerStreaming(
            new Request { Script = new Script { ReplyCount = Count, ReplyBytes = Small } },
            ScriptedService.Named("still"));
        await link.Service.Call("still").Entered.Soon("the handler");
        await Patience.UntilItStalls(() => link.Service.Call("still").RepliesWritten, "the handler's writing");

        for (var other = 0; other < 50; other++)
        {
            var payload = Pattern.Payload(200_000, other);
            (await link.Client.UnaryAsync(new Request { Payload = payload }).ResponseAsync.Soon("another call"))
                .Payload.Equals(payload).Should().BeTrue();
        }
    }

    [Fact]
    public async Task A_message_larger_than_the_window_still_gets_through()
    {
        var link = Small_windows();
        var payload = Pattern.Payload(30 * Window);
        using var call = link.Client.Bidirectional();
        await call.RequestStream.WriteAsync(new Request { Payload = payload }).Soon("the write");
        await call.RequestStream.CompleteAsync().Soon("the half-close");

        (await ReadAll(call.ResponseStream)).Single().Payload.Equals(payload).Should().BeTrue();
    }

    private Link Small_windows() => Start(
        server => server.StreamWindowBytes = Window,
        channel => channel.StreamWindowBytes = Window);
}
