namespace WinApi.Conformance.Tests;

public abstract class LargeMessageTests(Bed bed) : ConformanceTest(bed)
{
    private const int Threshold = 32 * 1024;
    private const int Region = 4 * 1024 * 1024;

    /// <summary>Around every boundary on the way: the threshold, a page, a frame, the region, and beyond it.</summary>
    public static TheoryData<int> Sizes =>
    [
        4095, 4096, 4097,
        Threshold - 1, Threshold, Threshold + 1, Threshold + 4096,
        65_535, 65_536, 65_537,
        (1 << 20) - 1, 1 << 20, (1 << 20) + 1,
        Region - 4096, Region - 1, Region, Region + 1,
        (3 * Region) + 12_345,
    ];

    [Theory, MemberData(nameof(Sizes))]
    public async Task A_message_of_this_size_arrives_whole_both_ways(int size)
    {
        var link = Start();
        var request = Pattern.RequestOfSize(
            size, new Script { ReplyBytes = Pattern.ReplyBytesForSize(size, size - 100) });

        var reply = await link.Client.UnaryAsync(request).ResponseAsync.Soon("the reply");

        reply.Digest.Should().Equal(Pattern.Digest(request.Payload.Span));
        Pattern.Digest(reply.Payload.Span).Should()
            .Equal(Pattern.Digest(Pattern.Bytes((int)request.Script.ReplyBytes)));
    }

    [Fact]
    public async Task Large_messages_in_streams_arrive_whole_and_in_order()
    {
        var link = Start();
        int[] sizes = [10, 100_000, 0, 3_000_000, 31_000, 33_000, 5_000_000, 1];
        using var call = link.Client.Bidirectional();
        var reading = ReadAll(call.ResponseStream);

        for (var sequence = 0; sequence < 40; sequence++)
        {
            var request = new Request { Payload = Pattern.Payload(sizes[sequence % sizes.Length], sequence) };
            await call.RequestStream.WriteAsync(request).Soon($"write {sequence}");
        }

        await call.RequestStream.CompleteAsync().Soon("the half-close");
        var replies = await reading;
        replies.Should().HaveCount(40);
        for (var sequence = 0; sequence < 40; sequence++)
        {
            Pattern.Digest(replies[sequence].Payload.Span).Should()
                .Equal(Pattern.Digest(Pattern.Bytes(sizes[sequence % sizes.Length], sequence)));
        }
    }

    [Fact]
    public async Task Large_messages_many_times_the_region_go_through_one_after_another()
    {
        var link = Start();
        for (var call = 0; call < 60; call++)
        {
            var payload = Pattern.Payload(1_500_000, call);
            (await link.Client.UnaryAsync(new Request { Payload = payload }).ResponseAsync.Soon($"call {call}"))
                .Payload.Equals(payload).Should().BeTrue();
        }
    }

    [Fact]
    public async Task A_received_message_stays_as_it_was_when_its_place_is_used_again()
    {
        var link = Start();
        var first = await link.Client.UnaryAsync(new Request { Payload = Pattern.Payload(1_000_000, 1) })
            .ResponseAsync.Soon("the first reply");
        for (var call = 2; call < 12; call++)
        {
            await link.Client.UnaryAsync(new Request { Payload = Pattern.Payload(1_000_000, call) })
                .ResponseAsync.Soon($"reply {call}");
        }

        Pattern.Digest(first.Payload.Span).Should().Equal(Pattern.Digest(Pattern.Bytes(1_000_000, 1)));
    }

    [Fact]
    public async Task The_threshold_can_be_set_so_that_small_messages_take_the_large_way()
    {
        var link = Start(server => server.InlineThreshold = 1, channel => channel.InlineThreshold = 1);
        using var call = link.Client.Bidirectional();
        for (var size = 0; size < 200; size++)
        {
            var payload = Pattern.Payload(size, size);
            await call.RequestStream.WriteAsync(new Request { Payload = payload }).Soon("a write");
            (await call.ResponseStream.MoveNext(Stop).Soon("a reply")).Should().BeTrue();
            call.ResponseStream.Current.Payload.Should().Equal(payload);
        }
    }
}
