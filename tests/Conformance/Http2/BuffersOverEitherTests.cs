namespace WinApi.Conformance.Tests.Http2;

public sealed class BuffersOverEitherTests : EitherTransportTest
{
    [Theory, MemberData(nameof(Transports))]
    public async Task The_host_reads_and_fills_what_the_client_lends(string transport)
    {
        await StartAsync(transport);
        using var first = await Channel.RentBufferAsync(1_000_000, Stop).Soon("a buffer");
        using var second = await Channel.RentBufferAsync(5, Stop).Soon("a buffer");
        Pattern.Fill(first.Span, 7);
        Pattern.Fill(second.Span, 8);
        var request = new BufferRequest { Buffers = { first.Reference, second.Slice(1, 3), first.Slice(10, 20) } };

        var read = await Client.BuffersAsync(request).ResponseAsync.Soon("the reply");
        await Client.BuffersAsync(new BufferRequest { Buffers = { first.Reference }, Action = BufferAction.Fill, Seed = 11 })
            .ResponseAsync.Soon("the reply");

        read.Digests.Should().Equal(
            Pattern.Digest(Pattern.Bytes(1_000_000, 7)), Pattern.Digest(Pattern.Bytes(5, 8).AsSpan(1, 3)),
            Pattern.Digest(Pattern.Bytes(1_000_000, 7).AsSpan(10, 20)));
        read.Shared.Should().BeFalse();
        Pattern.Digest(first.ReadOnlySpan).Should().Equal(Pattern.Digest(Pattern.Bytes(1_000_000, 11)));
        Pattern.Digest(second.ReadOnlySpan).Should().Equal(Pattern.Digest(Pattern.Bytes(5, 8)), "nobody wrote there");
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task The_client_reads_what_the_host_lends_and_gives_it_back(string transport)
    {
        await StartAsync(transport);
        for (var round = 0; round < 40; round++)
        {
            var reply = await Client.BuffersAsync(new BufferRequest { Action = BufferAction.Rent, Count = 2, Length = 500_000, Seed = round })
                .ResponseAsync.Soon("the host's buffers");

            for (var index = 0; index < 2; index++)
            {
                using var buffer = Channel.OpenBuffer(reply.Buffers[index]);
                Pattern.Digest(buffer.ReadOnlySpan).Should().Equal(Pattern.Digest(Pattern.Bytes(500_000, round + index)));
            }
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Streams_bring_buffers_with_each_message(string transport)
    {
        await StartAsync(transport);
        using var buffer = await Channel.RentBufferAsync(50_000, Stop).Soon("a buffer");
        Pattern.Fill(buffer.Span, 1);

        using var up = Client.ClientStreaming(cancellationToken: Stop);
        for (var message = 0; message < 3; message++)
        {
            await up.RequestStream.WriteAsync(new Request { Buffers = { buffer.Reference } }, Stop).Soon("the writing");
        }

        await up.RequestStream.CompleteAsync().Soon("the end of the requests");
        var read = await up.ResponseAsync.Soon("the reply");
        using var down = Client.ServerStreaming(new Request { Script = new Script { ReplyCount = 30, ReplyBufferBytes = 50_000 } });
        for (var sequence = 0; sequence < 30; sequence++)
        {
            (await down.ResponseStream.MoveNext(Stop).Soon($"reply {sequence}")).Should().BeTrue();
            using var lent = Channel.OpenBuffer(down.ResponseStream.Current.Buffer);
            Pattern.Digest(lent.ReadOnlySpan).Should().Equal(Pattern.Digest(Pattern.Bytes(50_000, sequence)));
        }

        read.BytesRead.Should().Be(150_000);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_reference_made_by_hand_is_refused(string transport)
    {
        await StartAsync(transport);
        using var buffer = await Channel.RentBufferAsync(10, Stop).Soon("a buffer");
        var past = buffer.Reference;
        past.Length++;

        await Client.BuffersAsync(new BufferRequest { Buffers = { new BufferRef { Lease = 99_999, Length = 1 } } })
            .ResponseAsync.FailsSoonWith(StatusCode.InvalidArgument, "the call");
        await Client.BuffersAsync(new BufferRequest { Buffers = { past } })
            .ResponseAsync.FailsSoonWith(StatusCode.InvalidArgument, "the call");
        FluentActions.Invoking(() => Channel.OpenBuffer(new BufferRef { Lease = 77_777, Length = 1 })).Should().Throw<RpcException>()
            .Which.StatusCode.Should().Be(StatusCode.InvalidArgument);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task More_than_there_can_be_is_RESOURCE_EXHAUSTED_at_both_ends(string transport)
    {
        await StartAsync(transport);

        var rented = await Record.ExceptionAsync(() => Channel.RentBufferAsync(int.MaxValue, Stop).Soon("a buffer"));
        await Client.BuffersAsync(new BufferRequest { Action = BufferAction.Rent, Count = 1, Length = int.MaxValue })
            .ResponseAsync.FailsSoonWith(StatusCode.ResourceExhausted, "the call");

        rented.Should().BeOfType<RpcException>().Which.StatusCode.Should().Be(StatusCode.ResourceExhausted);
    }
}
