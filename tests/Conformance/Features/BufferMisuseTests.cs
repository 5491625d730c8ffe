namespace WinApi.Conformance.Tests;

public abstract class BufferMisuseTests(Bed bed) : ConformanceTest(bed)
{
    private const int Length = 10_000;

    /// <summary>What a forger does to a good reference to a whole buffer.</summary>
    public static TheoryData<string> Forgeries => new(Forged.Keys);

    private static Dictionary<string, Action<BufferRef>> Forged { get; } = new()
    {
        ["offset one past the start"] = reference => reference.Offset++,
        ["offset one before the start"] = reference => reference.Offset--,
        ["offset at the end"] = reference => reference.Offset += Length,
        ["offset in the other region"] = reference => reference.Offset += 4 << 20,
        ["offset 0, where the mapping's header is"] = reference =>
            (reference.Offset, reference.Length) = (reference.Offset == 0 ? ulong.MaxValue : 0, 4096),
        ["offset past any mapping"] = reference => reference.Offset = long.MaxValue,
        ["largest offset"] = reference => reference.Offset = ulong.MaxValue,
        ["length one too long"] = reference => reference.Length++,
        ["length of many regions"] = reference => reference.Length = 1UL << 40,
        ["largest length"] = reference => reference.Length = ulong.MaxValue,
        ["offset and length that overflow to the buffer's end"] = reference =>
            (reference.Offset, reference.Length) = (reference.Offset + Length + 1, ulong.MaxValue),
        ["lease 0"] = reference => reference.Lease = 0,
        ["a lease never given"] = reference => reference.Lease += 1_000_000,
        ["the largest lease"] = reference => reference.Lease = ulong.MaxValue,
    };

    [Theory, MemberData(nameof(Forgeries))]
    public async Task A_forged_reference_sent_by_a_client_is_INVALID_ARGUMENT(string forgery)
    {
        var link = Start();
        using var buffer = await Rent(link);
        Pattern.Fill(buffer.Span, 1);
        var reference = buffer.Reference;
        Forged[forgery](reference);

        await link.Client.BuffersAsync(
            new BufferRequest { Buffers = { reference }, Action = BufferAction.Fill, Seed = 2 })
            .ResponseAsync.FailsSoonWith(StatusCode.InvalidArgument, "a call with a forged reference");

        Pattern.Digest(buffer.ReadOnlySpan).Should()
            .Equal(Pattern.Digest(Pattern.Bytes(Length, 1)), "nothing was written");
        await BufferStillWorks(link, buffer);
    }

    [Theory, MemberData(nameof(Forgeries))]
    public async Task A_forged_reference_opened_by_a_handler_is_INVALID_ARGUMENT(string forgery)
    {
        var link = Start();
        using var buffer = await Rent(link);
        Pattern.Fill(buffer.Span, 1);
        link.Service.BufferHandler = (request, context) =>
        {
            Forged[forgery](request.Buffers[0]);
            using var opened = context.OpenBuffer(request.Buffers[0], BufferAccess.ReadWrite);
            opened.Span.Clear();
            return Task.FromResult(new BufferReply());
        };

        await link.Client.BuffersAsync(new BufferRequest { Buffers = { buffer.Reference } })
            .ResponseAsync.FailsSoonWith(StatusCode.InvalidArgument, "a handler that opens a forged reference");

        Pattern.Digest(buffer.ReadOnlySpan).Should()
            .Equal(Pattern.Digest(Pattern.Bytes(Length, 1)), "nothing was written");
        await BufferStillWorks(link, buffer);
    }

    [Theory, MemberData(nameof(Forgeries))]
    public async Task A_forged_reference_opened_by_a_client_is_INVALID_ARGUMENT(string forgery)
    {
        var link = Start();
        var reply = await link.Client.BuffersAsync(
            new BufferRequest { Action = BufferAction.Rent, Count = 1, Length = Length, Seed = 1 })
            .ResponseAsync.Soon("the host's buffer");
        var reference = reply.Buffers[0].Clone();
        Forged[forgery](reference);

        link.Channel.Invoking(channel => channel.OpenBuffer(reference)).Should().Throw<RpcException>()
            .Which.StatusCode.Should().Be(StatusCode.InvalidArgument);

        using var buffer = link.Channel.OpenBuffer(reply.Buffers[0]);
        Pattern.Digest(buffer.ReadOnlySpan).Should().Equal(reply.Digests[0]);
    }

    [Fact]
    public async Task A_reference_to_a_disposed_buffer_is_INVALID_ARGUMENT()
    {
        var link = Start();
        var buffer = await Rent(link);
        var reference = buffer.Reference;
        buffer.Dispose();

        await link.Client.BuffersAsync(new BufferRequest { Buffers = { reference } })
            .ResponseAsync.FailsSoonWith(StatusCode.InvalidArgument, "a call with a disposed buffer");
    }

    [Fact]
    public async Task A_reference_to_a_disposed_buffer_whose_place_is_rented_again_is_INVALID_ARGUMENT()
    {
        var link = Start();
        var first = await Rent(link);
        var stale = first.Reference;
        first.Dispose();
        using var second = await Rent(link);

        await link.Client.BuffersAsync(new BufferRequest { Buffers = { stale }, Action = BufferAction.Fill })
            .ResponseAsync.FailsSoonWith(StatusCode.InvalidArgument, "a call with a stale reference");

        await BufferStillWorks(link, second);
    }

    [Fact]
    public async Task A_buffer_lent_with_one_call_is_not_lent_with_another()
    {
        var link = Start();
        using var buffer = await Rent(link);
        var entered = new TaskCompletionSource<BufferRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        link.Service.BufferHandler = async (request, context) =>
        {
            entered.SetResult(request.Buffers[0]);
            await release.Task;
            return await BufferActions.RunAsync(request, context);
        };
        link.Service.UnaryHandler = async (_, context) =>
        {
            using var opened = context.OpenBuffer(await entered.Task);
            return new Reply();
        };
        var lending = link.Client.BuffersAsync(new BufferRequest { Buffers = { buffer.Reference } }).ResponseAsync;
        await entered.Task.Soon("the handler that has the buffer");

        await link.Client.UnaryAsync(new Request())
            .ResponseAsync.FailsSoonWith(StatusCode.InvalidArgument, "the handler that has it not");

        release.SetResult();
        await lending.Soon("the call that has it");
    }

    [Fact]
    public async Task A_buffer_of_another_connection_is_INVALID_ARGUMENT()
    {
        var link = Start();
        using var mine = await Rent(link);
        var other = link.NewChannel();
        await other.ConnectAsync(Stop).Soon("the other connection");

        await new TestService.TestServiceClient(other).BuffersAsync(new BufferRequest { Buffers = { mine.Reference } })
            .ResponseAsync.FailsSoonWith(StatusCode.InvalidArgument, "a call with another connection's buffer");

        await BufferStillWorks(link, mine);
    }

    [Fact]
    public async Task A_buffer_the_host_lent_is_not_the_clients_to_lend()
    {
        var link = Start();
        var reply = await link.Client.BuffersAsync(
            new BufferRequest { Action = BufferAction.Rent, Count = 1, Length = Length, Seed = 1 })
            .ResponseAsync.Soon("the host's buffer");
        using var lent = link.Channel.OpenBuffer(reply.Buffers[0]);

        await link.Client.BuffersAsync(new BufferRequest { Buffers = { reply.Buffers[0] }, Action = BufferAction.Fill })
            .ResponseAsync.FailsSoonWith(StatusCode.InvalidArgument, "a call with the host's own buffer");

        Pattern.Digest(lent.ReadOnlySpan).Should().Equal(reply.Digests[0]);
    }

    [Fact]
    public async Task A_buffer_the_client_lent_is_not_the_hosts_to_lend()
    {
        var link = Start();
        using var buffer = await Rent(link);
        link.Service.BufferHandler = (request, _) => Task.FromResult(new BufferReply { Buffers = { request.Buffers } });

        var error = await Record.ExceptionAsync(async () =>
        {
            var reply = await link.Client.BuffersAsync(new BufferRequest { Buffers = { buffer.Reference } })
                .ResponseAsync.Soon("the call");
            link.Channel.OpenBuffer(reply.Buffers[0]).Dispose();
        });

        error.Should().BeOfType<RpcException>();
        link.Service.BufferHandler = null;
        await BufferStillWorks(link, buffer);
    }

    [Fact]
    public async Task After_the_client_gave_a_buffer_back_it_can_not_be_opened_again()
    {
        var link = Start();
        var reply = await link.Client.BuffersAsync(
            new BufferRequest { Action = BufferAction.Rent, Count = 1, Length = Length })
            .ResponseAsync.Soon("the host's buffer");
        var opened = link.Channel.OpenBuffer(reply.Buffers[0]);
        opened.Dispose();
        opened.Dispose();

        link.Channel.Invoking(channel => channel.OpenBuffer(reply.Buffers[0])).Should().Throw<RpcException>()
            .Which.StatusCode.Should().Be(StatusCode.InvalidArgument);
        (await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("a call after")).RequestsRead.Should().Be(1);
    }

    private static Task<SharedBuffer> Rent(Link link) => link.Channel.RentBufferAsync(Length, Stop).Soon("a buffer");

    private static async Task BufferStillWorks(Link link, SharedBuffer buffer)
    {
        link.Service.BufferHandler = null;
        Pattern.Fill(buffer.Span, 99);
        var reply = await link.Client.BuffersAsync(new BufferRequest { Buffers = { buffer.Reference } })
            .ResponseAsync.Soon("an honest call after");
        reply.Digests.Should().Equal(Pattern.Digest(Pattern.Bytes(Length, 99)));
    }
}
