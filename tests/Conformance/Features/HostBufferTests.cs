namespace WinApi.Conformance.Tests;

public abstract class HostBufferTests(Bed bed) : ConformanceTest(bed)
{
    private const int Region = 256 * 1024;

    [Fact]
    public async Task The_client_reads_what_the_host_lends_in_its_reply()
    {
        var link = Start();
        var reply = await Lend(link, 3, 500_000, seed: 5);

        reply.Shared.Should().Be(Bed.SharesMemory);
        for (var index = 0; index < 3; index++)
        {
            using var buffer = link.Channel.OpenBuffer(reply.Buffers[index]);
            buffer.Length.Should().Be(500_000);
            buffer.IsShared.Should().Be(Bed.SharesMemory);
            Pattern.Digest(buffer.ReadOnlySpan).Should().Equal(Pattern.Digest(Pattern.Bytes(500_000, 5 + index)));
        }
    }

    [Fact]
    public async Task A_blocking_call_brings_buffers_too()
    {
        var link = Start();
        var reply = await Task.Run(
            () => link.Client.Buffers(new BufferRequest { Action = BufferAction.Rent, Count = 1, Length = 70_000,
                Seed = 3 }), Stop).Soon("the reply");

        using var buffer = link.Channel.OpenBuffer(reply.Buffers[0]);

        Pattern.Digest(buffer.ReadOnlySpan).Should().Equal(reply.Digests[0]);
    }

    [Fact]
    public async Task Each_reply_of_a_stream_can_lend_its_buffer()
    {
        var link = Start();
        using var call = link.Client.ServerStreaming(
            new Request { Script = new Script { ReplyCount = 30, ReplyBufferBytes = 50_000 } });
        for (var sequence = 0; sequence < 30; sequence++)
        {
            (await call.ResponseStream.MoveNext(Stop).Soon($"reply {sequence}")).Should().BeTrue();
            using var buffer = link.Channel.OpenBuffer(call.ResponseStream.Current.Buffer);
            Pattern.Digest(buffer.ReadOnlySpan).Should().Equal(Pattern.Digest(Pattern.Bytes(50_000, sequence)));
        }

        (await call.ResponseStream.MoveNext(Stop).Soon("the end")).Should().BeFalse();
    }

    [Fact]
    public async Task A_lent_buffer_outlives_its_call_and_its_bytes_stay()
    {
        var link = Start();
        var reply = await Lend(link, 1, 100_000, seed: 8);
        using var buffer = link.Channel.OpenBuffer(reply.Buffers[0]);

        for (var other = 0; other < 20; other++)
        {
            (await Lend(link, 1, 100_000, seed: 100 + other)).Buffers.ToList()
                .ForEach(reference => link.Channel.OpenBuffer(reference).Dispose());
            await link.Client.UnaryAsync(new Request { Payload = Pattern.Payload(200_000) })
                .ResponseAsync.Soon("another call");
        }

        Pattern.Digest(buffer.ReadOnlySpan).Should().Equal(Pattern.Digest(Pattern.Bytes(100_000, 8)));
    }

    [Fact]
    public async Task Giving_buffers_back_makes_room_for_ever_more()
    {
        var link = Small_regions();
        for (var round = 0; round < 100; round++)
        {
            var reply = await Lend(link, 2, Region / 2, seed: round);
            foreach (var reference in reply.Buffers)
            {
                link.Channel.OpenBuffer(reference).Dispose();
            }
        }

        link.Service.Calls.Should().Be(100);
    }

    [Fact]
    public async Task A_host_that_lent_its_whole_region_waits_until_the_client_gives_back()
    {
        var link = Small_regions();
        var first = link.Channel.OpenBuffer((await Lend(link, 1, Region, seed: 1)).Buffers[0]);
        var renting = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        link.Service.BufferHandler = async (request, context) =>
        {
            var rented = context.RentBufferAsync(Region).AsTask();
            renting.SetResult(rented.IsCompleted);
            return new BufferReply { Buffers = { (await rented).Reference } };
        };

        var second = link.Client.BuffersAsync(new BufferRequest()).ResponseAsync;
        (await renting.Task.Soon("the handler")).Should().BeFalse("the region is full");
        second.IsCompleted.Should().BeFalse();
        first.Dispose();

        using var buffer = link.Channel.OpenBuffer((await second.Soon("the second buffer")).Buffers[0]);
        buffer.Length.Should().Be(Region);
    }

    [Fact]
    public async Task A_host_that_waits_for_room_gives_up_with_the_call()
    {
        var link = Small_regions();
        using var all = link.Channel.OpenBuffer((await Lend(link, 1, Region, seed: 1)).Buffers[0]);

        await link.Client.BuffersAsync(new BufferRequest { Action = BufferAction.Rent, Count = 1, Length = 10 },
            ScriptedService.Named("late"), DateTime.UtcNow.AddMilliseconds(300))
            .ResponseAsync.FailsSoonWith(StatusCode.DeadlineExceeded, "the call");

        (await link.Service.Call("late").Left.Soon("the handler's end")).Should().NotBeNull();
    }

    [Fact]
    public async Task A_host_is_never_given_more_than_its_region()
    {
        var link = Small_regions();

        var error = await link.Client.BuffersAsync(
            new BufferRequest { Action = BufferAction.Rent, Count = 1, Length = Region + 1 })
            .ResponseAsync.FailsSoonWith(StatusCode.ResourceExhausted, "the call");

        error.Status.Detail.Should().Contain($"{Region}");
    }

    [Fact]
    public async Task Buffers_a_handler_rents_and_does_not_lend_come_back_when_it_ends()
    {
        var link = Small_regions();
        link.Service.BufferHandler = async (request, context) =>
        {
            await context.RentBufferAsync(Region);
            return request.Seed % 2 == 0 ? new BufferReply()
                : throw new RpcException(new Status(StatusCode.Aborted, "odd"));
        };

        for (var round = 0; round < 20; round++)
        {
            var call = link.Client.BuffersAsync(new BufferRequest { Seed = round }).ResponseAsync;
            if (round % 2 == 0)
            {
                await call.Soon($"call {round}");
            }
            else
            {
                await call.FailsSoonWith(StatusCode.Aborted, $"call {round}");
            }
        }
    }

    [Fact]
    public async Task Buffers_lent_in_replies_that_nobody_reads_come_back()
    {
        var link = Small_regions();
        for (var round = 0; round < 20; round++)
        {
            using var call = link.Client.ServerStreaming(
                new Request { Script = new Script { ReplyCount = 100, ReplyBufferBytes = Region / 4 } },
                ScriptedService.Named($"{round}"));
            await link.Service.Call($"{round}").Entered.Soon("the handler");
        }

        var reply = await Lend(link, 1, Region, seed: 1);
        link.Channel.OpenBuffer(reply.Buffers[0]).Dispose();
    }

    [Fact]
    public async Task Buffers_lent_in_replies_left_unread_come_back_when_the_ended_call_is_disposed()
    {
        var link = Small_regions();
        var script = new Script { ReplyCount = 4, ReplyBufferBytes = Region / 4 };
        using (var call = link.Client.ServerStreaming(new Request { Script = script }))
        {
            await Patience.Until(() => Record.Exception(() => call.GetStatus()) is null, "the call's end");
            (await call.ResponseStream.MoveNext(Stop).Soon("the first reply")).Should().BeTrue();
            link.Channel.OpenBuffer(call.ResponseStream.Current.Buffer).Dispose();
        }

        var reply = await Lend(link, 1, Region, seed: 1);
        link.Channel.OpenBuffer(reply.Buffers[0]).Dispose();
    }

    [Fact]
    public async Task Buffers_a_client_holds_when_it_goes_cost_the_next_client_nothing()
    {
        var link = Small_regions();
        for (var round = 0; round < 5; round++)
        {
            var channel = link.NewChannel();
            var client = new TestService.TestServiceClient(channel);
            var reply = await client.BuffersAsync(
                new BufferRequest { Action = BufferAction.Rent, Count = 1, Length = Region, Seed = 1 })
                .ResponseAsync.Soon("the host's buffer");
            var held = channel.OpenBuffer(reply.Buffers[0]);
            await channel.DisposeAsync().Soon("the channel's disposal");
            held.Dispose();
        }
    }

    private static Task<BufferReply> Lend(Link link, uint count, int length, int seed) => link.Client.BuffersAsync(
        new BufferRequest { Action = BufferAction.Rent, Count = count, Length = length, Seed = seed })
            .ResponseAsync.Soon("the host's buffers");

    private Link Small_regions() => Start(channel: channel => channel.SharedMemoryBytes = 2 * Region);
}
