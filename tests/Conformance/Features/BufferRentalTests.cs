namespace WinApi.Conformance.Tests;

public abstract class BufferRentalTests(Bed bed) : ConformanceTest(bed)
{
    private const int Region = 256 * 1024;

    [Fact]
    public async Task The_whole_region_can_be_rented_in_one_piece()
    {
        var link = Small_regions();

        using var buffer = await Rent(link, Region);
        Pattern.Fill(buffer.Span, 1);
        var reply = await link.Client.BuffersAsync(new BufferRequest { Buffers = { buffer.Reference } })
            .ResponseAsync.Soon("the reply");

        reply.Digests.Should().Equal(Pattern.Digest(Pattern.Bytes(Region, 1)));
    }

    [Fact]
    public async Task More_than_the_region_is_never_to_be_had()
    {
        var link = Small_regions();

        var error = await link.Channel.RentBufferAsync(Region + 1, Stop).AsTask()
            .FailsSoonWith(StatusCode.ResourceExhausted, "the renting");

        error.Status.Detail.Should().Contain("SharedMemoryBytes").And.Contain($"{Region}");
    }

    [Fact]
    public async Task Disposing_gives_the_room_back_so_that_renting_never_ends()
    {
        var link = Small_regions();
        for (var round = 0; round < 200; round++)
        {
            using var first = await Rent(link, (Region / 2) - (round * 7));
            using var second = await Rent(link, Region / 4);
            first.Span[0] = second.Span[0] = (byte)round;
        }

        using var all = await Rent(link, Region);
        all.Length.Should().Be(Region);
    }

    [Fact]
    public async Task Disposing_twice_gives_back_once()
    {
        var link = Small_regions();
        var first = await Rent(link, Region);
        first.Dispose();
        using var second = await Rent(link, Region);

        first.Dispose();
        var third = link.Channel.RentBufferAsync(Region, Stop).AsTask();
        third.IsCompleted.Should().BeFalse("the second buffer still has the region");

        second.Dispose();
        (await third.Soon("the third buffer")).Dispose();
    }

    [Fact]
    public async Task Disposing_on_many_threads_at_once_gives_back_once()
    {
        var link = Small_regions();
        for (var round = 0; round < 50; round++)
        {
            var buffer = await Rent(link, Region);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(buffer.Dispose, Stop)))
                .Soon("the disposals");
        }

        using var all = await Rent(link, Region);
        var more = link.Channel.RentBufferAsync(1, Stop).AsTask();
        more.IsCompleted.Should().BeFalse();
        all.Dispose();
        (await more.Soon("one more")).Dispose();
    }

    [Fact]
    public async Task A_disposed_buffer_is_not_to_be_used()
    {
        var link = Small_regions();
        var buffer = await Rent(link, 100);
        buffer.Dispose();

        buffer.Invoking(disposed => disposed.Memory).Should().Throw<ObjectDisposedException>();
        buffer.Invoking(disposed => disposed.Reference).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public async Task Renting_waits_while_the_region_is_full_and_serves_in_turn()
    {
        var link = Small_regions();
        var all = await Rent(link, Region);
        var large = link.Channel.RentBufferAsync(Region, Stop).AsTask();
        var small = link.Channel.RentBufferAsync(10, Stop).AsTask();
        large.IsCompleted.Should().BeFalse();
        small.IsCompleted.Should().BeFalse();

        all.Dispose();
        var served = await large.Soon("the large buffer");
        small.IsCompleted.Should().BeFalse("the large one came first and has all");

        served.Dispose();
        (await small.Soon("the small buffer")).Dispose();
    }

    [Fact]
    public async Task Renting_that_waits_can_be_cancelled_and_leaves_its_turn_to_the_next()
    {
        var link = Small_regions();
        var all = await Rent(link, Region);
        using var cancel = new CancellationTokenSource();
        var cancelled = link.Channel.RentBufferAsync(Region, cancel.Token).AsTask();
        var next = link.Channel.RentBufferAsync(10, Stop).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Soon("the cancelled renting"));
        all.Dispose();
        (await next.Soon("the next buffer")).Dispose();
    }

    [Fact]
    public async Task A_buffer_disposed_while_a_call_has_it_keeps_its_room_until_the_call_ends()
    {
        var link = Small_regions();
        var buffer = await Rent(link, Region);
        Pattern.Fill(buffer.Span, 1);
        var (entered, release) =
            (new TaskCompletionSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        link.Service.BufferHandler = async (request, context) =>
        {
            entered.SetResult();
            await release.Task;
            return await BufferActions.RunAsync(request, context);
        };
        var call = link.Client.BuffersAsync(new BufferRequest { Buffers = { buffer.Reference } }).ResponseAsync;
        await entered.Task.Soon("the handler");

        buffer.Dispose();
        var next = link.Channel.RentBufferAsync(Region, Stop).AsTask();
        next.IsCompleted.Should().BeFalse("the call still has the room");
        release.SetResult();

        (await call.Soon("the reply")).Digests.Should().Equal(Pattern.Digest(Pattern.Bytes(Region, 1)));
        (await next.Soon("the room")).Dispose();
    }

    [Fact]
    public async Task Buffers_of_calls_that_fail_or_are_cancelled_come_back()
    {
        var link = Small_regions();
        link.Service.BufferHandler = (_, context) => context.RequestHeaders.GetValue("call") == "fail"
            ? throw new RpcException(new Status(StatusCode.Aborted, ""))
            : Task.Delay(Timeout.Infinite, context.CancellationToken)
                .ContinueWith(_ => new BufferReply(), TaskScheduler.Default);
        for (var round = 0; round < 10; round++)
        {
            using var buffer = await Rent(link, Region);
            await link.Client.BuffersAsync(
                new BufferRequest { Buffers = { buffer.Reference } }, ScriptedService.Named("fail"))
                .ResponseAsync.FailsSoonWith(StatusCode.Aborted, "the failing call");
            using var cancel = new CancellationTokenSource();
            var name = $"cancel {round}";
            var call = link.Client.BuffersAsync(new BufferRequest { Buffers = { buffer.Reference } },
                ScriptedService.Named(name), cancellationToken: cancel.Token);
            await link.Service.Call(name).Entered.Soon("the handler", call.ResponseAsync);
            await cancel.CancelAsync();
            await call.ResponseAsync.FailsSoonWith(StatusCode.Cancelled, "the cancelled call");
        }

        (await Rent(link, Region)).Dispose();
    }

    private static Task<SharedBuffer> Rent(Link link, int length) => link.Channel.RentBufferAsync(length, Stop)
        .Soon("a buffer");

    private Link Small_regions() => Start(channel: channel => channel.SharedMemoryBytes = 2 * Region);
}
