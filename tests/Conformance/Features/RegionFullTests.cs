namespace WinApi.Conformance.Tests;

public abstract class RegionFullTests(Bed bed) : ConformanceTest(bed)
{
    private const int Region = 256 * 1024;
    private const int Large = 100_000;

    [Fact]
    public async Task A_large_request_waits_for_room_in_the_mapping_and_then_goes()
    {
        var link = Small_regions();
        var all = await link.Channel.RentBufferAsync(Region, Stop).Soon("the whole region");
        var payload = Pattern.Payload(Large);

        var call = link.Client.UnaryAsync(new Request { Payload = payload }, ScriptedService.Named("large"))
            .ResponseAsync;
        await SmallCallWorks(link);

        if (Bed.SharesMemory)
        {
            link.Service.Call("large").Entered.IsCompleted.Should().BeFalse("there is no room for the request");
            call.IsCompleted.Should().BeFalse();
        }

        all.Dispose();
        (await call.Soon("the reply")).Payload.Should().Equal(payload);
    }

    [Fact]
    public async Task A_large_request_that_finds_no_room_before_its_deadline_fails_with_it()
    {
        Assert.SkipUnless(Bed.SharesMemory, "Without a mapping messages need no room in it.");
        var link = Small_regions();
        using var all = await link.Channel.RentBufferAsync(Region, Stop).Soon("the whole region");

        var request = new Request { Payload = Pattern.Payload(Large) };
        await link.Client.UnaryAsync(request, ScriptedService.Named("large"), DateTime.UtcNow.AddMilliseconds(300))
            .ResponseAsync.FailsSoonWith(StatusCode.DeadlineExceeded, "the large call");

        await SmallCallWorks(link);
        link.Service.Call("large").RequestsRead.Should().Be(0);
        all.Dispose();
        await link.Client.UnaryAsync(new Request { Payload = Pattern.Payload(Large) })
            .ResponseAsync.Soon("a large call after");
    }

    [Fact]
    public async Task A_large_request_that_waits_for_room_can_be_cancelled()
    {
        Assert.SkipUnless(Bed.SharesMemory, "Without a mapping messages need no room in it.");
        var link = Small_regions();
        using var all = await link.Channel.RentBufferAsync(Region, Stop).Soon("the whole region");
        using var cancel = new CancellationTokenSource();
        var call = link.Client.UnaryAsync(
            new Request { Payload = Pattern.Payload(Large) }, cancellationToken: cancel.Token).ResponseAsync;
        await SmallCallWorks(link);

        await cancel.CancelAsync();

        await call.FailsSoonWith(StatusCode.Cancelled, "the large call");
    }

    [Fact]
    public async Task A_large_reply_waits_for_room_in_the_mapping_and_then_comes()
    {
        var link = Small_regions();
        var lent = await LendAllTheResponseRegion(link);

        var call = link.Client.UnaryAsync(
            new Request { Script = new Script { ReplyBytes = Large } }, ScriptedService.Named("large")).ResponseAsync;
        await link.Service.Call("large").Left.Soon("the handler's end");
        await SmallCallWorks(link);

        if (Bed.SharesMemory)
        {
            call.IsCompleted.Should().BeFalse("there is no room for the reply");
        }

        lent.Dispose();
        (await call.Soon("the reply")).Payload.Should().Equal(Pattern.Payload(Large));
    }

    [Fact]
    public async Task A_large_reply_that_finds_no_room_before_the_deadline_fails_with_it()
    {
        Assert.SkipUnless(Bed.SharesMemory, "Without a mapping messages need no room in it.");
        var link = Small_regions();
        using var lent = await LendAllTheResponseRegion(link);

        await link.Client.UnaryAsync(
            new Request { Script = new Script { ReplyBytes = Large } }, deadline: DateTime.UtcNow.AddMilliseconds(300))
            .ResponseAsync.FailsSoonWith(StatusCode.DeadlineExceeded, "the large call");

        await SmallCallWorks(link);
    }

    [Fact]
    public async Task A_message_larger_than_the_region_goes_through_although_the_region_is_full()
    {
        var link = Small_regions();
        using var all = await link.Channel.RentBufferAsync(Region, Stop).Soon("the whole region");
        using var lent = await LendAllTheResponseRegion(link);
        var payload = Pattern.Payload(3 * Region);

        var reply = await link.Client.UnaryAsync(new Request { Payload = payload }).ResponseAsync.Soon("the reply");

        reply.Payload.Equals(payload).Should().BeTrue();
    }

    [Fact]
    public async Task Many_large_calls_at_once_take_turns_in_a_small_region()
    {
        var link = Small_regions();
        var calls = Enumerable.Range(0, 100).Select(async call =>
        {
            var payload = Pattern.Payload(Large, call);
            var reply = await link.Client.UnaryAsync(new Request { Payload = payload })
                .ResponseAsync.Soon($"call {call}");
            reply.Payload.Equals(payload).Should().BeTrue();
        });

        await Task.WhenAll(calls).Soon("a hundred large calls");
    }

    private static async Task SmallCallWorks(Link link) =>
        (await link.Client.UnaryAsync(new Request { Payload = Pattern.Payload(10) }, ScriptedService.Named("small"))
            .ResponseAsync.Soon("a small call"))
            .Payload.Should().Equal(Pattern.Payload(10));

    private static async Task<SharedBuffer> LendAllTheResponseRegion(Link link)
    {
        var reply = await link.Client.BuffersAsync(
            new BufferRequest { Action = BufferAction.Rent, Count = 1, Length = Region })
            .ResponseAsync.Soon("the host's buffer");
        return link.Channel.OpenBuffer(reply.Buffers[0]);
    }

    private Link Small_regions() => Start(channel: channel => channel.SharedMemoryBytes = 2 * Region);
}
