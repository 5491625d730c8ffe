using Google.Protobuf;

namespace WinApi.Conformance.Tests;

public abstract class SharedBufferTests(Bed bed) : ConformanceTest(bed)
{
    [Theory]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4097)]
    [InlineData(1_000_000)]
    public async Task What_the_client_writes_the_host_reads(int length)
    {
        var link = Start();
        using var buffer = await Rent(link, length);
        Pattern.Fill(buffer.Span, 7);

        var reply = await link.Client.BuffersAsync(new BufferRequest { Buffers = { buffer.Reference } })
            .ResponseAsync.Soon("the reply");

        reply.Digests.Should().Equal(Pattern.Digest(Pattern.Bytes(length, 7)));
        reply.Shared.Should().Be(Bed.SharesMemory);
        buffer.IsShared.Should().Be(Bed.SharesMemory);
        buffer.Length.Should().Be(length);
    }

    [Fact]
    public async Task What_the_host_writes_the_client_reads_when_the_call_has_ended()
    {
        var link = Start();
        using var buffer = await Rent(link, 1_000_000);

        await link.Client.BuffersAsync(
            new BufferRequest { Buffers = { buffer.Reference }, Action = BufferAction.Fill, Seed = 11 })
            .ResponseAsync.Soon("the reply");

        Pattern.Digest(buffer.ReadOnlySpan).Should().Equal(Pattern.Digest(Pattern.Bytes(1_000_000, 11)));
    }

    [Fact]
    public async Task A_blocking_call_carries_buffers_too()
    {
        var link = Start();
        using var buffer = await Rent(link, 50_000);

        await Task.Run(
            () => link.Client.Buffers(new BufferRequest { Buffers = { buffer.Reference }, Action = BufferAction.Fill,
                Seed = 5 }), Stop).Soon("the reply");

        Pattern.Digest(buffer.ReadOnlySpan).Should().Equal(Pattern.Digest(Pattern.Bytes(50_000, 5)));
    }

    [Fact]
    public async Task Several_buffers_travel_with_one_call()
    {
        var link = Start();
        var buffers = new List<SharedBuffer>();
        for (var index = 0; index < 10; index++)
        {
            buffers.Add(await Rent(link, 1000 * (index + 1)));
        }

        var request = new BufferRequest { Action = BufferAction.Fill, Seed = 20 };
        request.Buffers.AddRange(buffers.Select(buffer => buffer.Reference));
        var reply = await link.Client.BuffersAsync(request).ResponseAsync.Soon("the reply");

        reply.Digests.Should().HaveCount(10);
        for (var index = 0; index < 10; index++)
        {
            Pattern.Digest(buffers[index].ReadOnlySpan).Should()
                .Equal(Pattern.Digest(Pattern.Bytes(1000 * (index + 1), 20 + index)));
            buffers[index].Dispose();
        }
    }

    [Fact]
    public async Task One_buffer_may_be_in_a_request_twice()
    {
        var link = Start();
        using var buffer = await Rent(link, 5000);
        Pattern.Fill(buffer.Span, 3);

        var reply = await link.Client.BuffersAsync(
            new BufferRequest { Buffers = { buffer.Reference, buffer.Reference } }).ResponseAsync.Soon("the reply");

        reply.Digests.Should().HaveCount(2)
            .And.OnlyContain(digest => digest.Equals(Pattern.Digest(Pattern.Bytes(5000, 3))));
    }

    [Fact]
    public async Task Of_a_slice_the_host_sees_that_part_alone()
    {
        var link = Start();
        using var buffer = await Rent(link, 10_000);
        Pattern.Fill(buffer.Span, 9);
        var whole = Pattern.Bytes(10_000, 9);

        var read = await link.Client.BuffersAsync(new BufferRequest { Buffers = { buffer.Slice(1234, 567) } })
            .ResponseAsync.Soon("the reading");
        await link.Client.BuffersAsync(
            new BufferRequest { Buffers = { buffer.Slice(1234, 567) }, Action = BufferAction.Fill, Seed = 10 })
            .ResponseAsync.Soon("the writing");

        read.Digests.Should().Equal(Pattern.Digest(whole.AsSpan(1234, 567)));
        Pattern.Fill(whole.AsSpan(1234, 567), 10);
        Pattern.Digest(buffer.ReadOnlySpan).Should().Equal(Pattern.Digest(whole));
    }

    [Fact]
    public async Task One_buffer_serves_many_calls()
    {
        var link = Start();
        using var buffer = await Rent(link, 20_000);
        for (var call = 0; call < 300; call++)
        {
            Pattern.Fill(buffer.Span, call);
            var reply = await link.Client.BuffersAsync(new BufferRequest { Buffers = { buffer.Reference } })
                .ResponseAsync.Soon($"call {call}");
            reply.Digests.Should().Equal(Pattern.Digest(Pattern.Bytes(20_000, call)));
        }
    }

    [Fact]
    public async Task One_buffer_may_be_with_several_calls_at_once()
    {
        var link = Start();
        using var buffer = await Rent(link, 30_000);
        Pattern.Fill(buffer.Span, 4);

        var calls = Enumerable.Range(0, 50)
            .Select(_ => link.Client.BuffersAsync(new BufferRequest { Buffers = { buffer.Reference } }).ResponseAsync);
        var replies = await Task.WhenAll(calls).Soon("all replies");

        replies.Should().OnlyContain(reply => reply.Digests.Single().Equals(Pattern.Digest(Pattern.Bytes(30_000, 4))));
    }

    [Fact]
    public async Task Each_request_of_a_stream_can_carry_its_buffer()
    {
        var link = Start();
        using var call = link.Client.ClientStreaming();
        var sent = new List<byte>();
        var buffers = new List<SharedBuffer>();
        for (var sequence = 0; sequence < 20; sequence++)
        {
            var buffer = await Rent(link, 10_000);
            buffers.Add(buffer);
            Pattern.Fill(buffer.Span, sequence);
            sent.AddRange(Pattern.Bytes(10_000, sequence));
            await call.RequestStream.WriteAsync(new Request { Buffers = { buffer.Reference } })
                .Soon($"write {sequence}");
        }

        await call.RequestStream.CompleteAsync().Soon("the half-close");
        var reply = await call.ResponseAsync.Soon("the reply");
        buffers.ForEach(buffer => buffer.Dispose());

        reply.BytesRead.Should().Be(200_000);
        reply.Digest.Should().Equal(Pattern.Digest(sent.ToArray()));
    }

    [Fact]
    public async Task A_buffer_opened_for_reading_is_not_to_be_written()
    {
        var link = Start();
        using var buffer = await Rent(link, 100);
        link.Service.BufferHandler = (request, context) =>
        {
            using var opened = context.OpenBuffer(request.Buffers[0]);
            opened.Invoking(open => open.Memory).Should().Throw<InvalidOperationException>();
            return Task.FromResult(new BufferReply());
        };

        await link.Client.BuffersAsync(new BufferRequest { Buffers = { buffer.Reference } })
            .ResponseAsync.Soon("the reply");
    }

    [Fact]
    public async Task A_buffer_the_handler_opened_is_closed_when_the_handler_ends()
    {
        var link = Start();
        using var buffer = await Rent(link, 100);
        SharedBuffer? kept = null;
        link.Service.BufferHandler = (request, context) =>
        {
            kept = context.OpenBuffer(request.Buffers[0]);
            return Task.FromResult(new BufferReply());
        };
        await link.Client.BuffersAsync(new BufferRequest { Buffers = { buffer.Reference } })
            .ResponseAsync.Soon("the reply");

        kept!.Invoking(closed => closed.ReadOnlyMemory).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public async Task A_part_outside_the_buffer_cannot_be_referred_to()
    {
        var link = Start();
        using var buffer = await Rent(link, 100);

        buffer.Invoking(rented => rented.Slice(50, 51)).Should().Throw<ArgumentOutOfRangeException>();
        buffer.Invoking(rented => rented.Slice(-1, 1)).Should().Throw<ArgumentOutOfRangeException>();
        buffer.Invoking(rented => rented.Slice(0, -1)).Should().Throw<ArgumentOutOfRangeException>();
        buffer.Slice(100, 0).Length.Should().Be(0);
    }

    [Fact]
    public async Task An_ordinary_large_message_and_buffers_share_a_call_without_mixing()
    {
        var link = Start();
        using var buffer = await Rent(link, 500_000);
        Pattern.Fill(buffer.Span, 1);
        var payload = Pattern.Bytes(500_000, 2);
        using var call = link.Client.ClientStreaming();
        await call.RequestStream.WriteAsync(
            new Request { Payload = ByteString.CopyFrom(payload), Buffers = { buffer.Reference } }).Soon("the write");
        await call.RequestStream.CompleteAsync().Soon("the half-close");

        var reply = await call.ResponseAsync.Soon("the reply");

        reply.Digest.Should().Equal(Pattern.Digest([.. payload, .. Pattern.Bytes(500_000, 1)]));
    }

    [Fact]
    public async Task As_many_buffers_as_a_message_may_name_travel_with_a_message_in_pieces()
    {
        var link = Start(channel: channel => channel.InlineThreshold = int.MaxValue);
        var buffers = new List<SharedBuffer>();
        var payload = Pattern.Bytes(200_000, 1);
        var sent = new List<byte>(payload);
        for (var index = 0; index < 1024; index++)
        {
            buffers.Add(await Rent(link, 1));
            buffers[index].Span[0] = (byte)index;
            sent.Add((byte)index);
        }

        using var call = link.Client.ClientStreaming();
        var request = new Request { Payload = ByteString.CopyFrom(payload) };
        request.Buffers.AddRange(buffers.Select(buffer => buffer.Reference));
        await call.RequestStream.WriteAsync(request).Soon("the write");
        await call.RequestStream.CompleteAsync().Soon("the half-close");
        var reply = await call.ResponseAsync.Soon("the reply");

        reply.Digest.Should().Equal(Pattern.Digest(sent.ToArray()));
        buffers.ForEach(buffer => buffer.Dispose());
    }

    [Fact]
    public async Task Buffers_that_are_too_much_to_copy_at_once_fail_their_own_call_alone()
    {
        var link = Start(
            server => server.StreamWindowBytes = 64 * 1024,
            channel => channel.SharedMemoryBytes = 512 * 1024);
        using var buffer = await Rent(link, 200_000);
        Pattern.Fill(buffer.Span, 1);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        link.Service.BufferHandler = async (request, context) =>
        {
            await release.Task;
            return await BufferActions.RunAsync(request, context);
        };
        link.Service.ClientStreamingHandler = async (requests, _) =>
        {
            await release.Task;
            return new Reply { RequestsRead = await requests.MoveNext(CancellationToken.None) ? 1u : 0u };
        };
        var first = link.Client.BuffersAsync(new BufferRequest { Buffers = { buffer.Reference } }).ResponseAsync;
        await link.Service.Call().Entered.Soon("the first handler", first);

        // The same buffer again, and a message that comes in many pieces after it while its handler does not look.
        using var second = link.Client.ClientStreaming(ScriptedService.Named("second"));
        var request = new Request { Payload = Pattern.Payload(5_000_000), Buffers = { buffer.Reference } };
        var write = Record.ExceptionAsync(() => second.RequestStream.WriteAsync(request).Soon("the write"));
        if (Bed.SharesMemory)
        {
            (await write).Should().BeNull("nothing is copied");
            release.SetResult();
            (await second.ResponseAsync.Soon("the second reply")).RequestsRead.Should().Be(1);
        }
        else
        {
            await write;
            var error = await second.ResponseAsync.FailsSoonWith(StatusCode.ResourceExhausted, "the second call");
            error.Status.Detail.Should().Contain("SharedMemoryBytes");
        }

        release.TrySetResult();
        (await first.Soon("the first reply")).Digests.Should().Equal(Pattern.Digest(Pattern.Bytes(200_000, 1)));
    }

    [Fact]
    public async Task More_buffers_than_a_message_may_name_are_INVALID_ARGUMENT()
    {
        var link = Start();
        using var buffer = await Rent(link, 1);

        var error = await link.Client.BuffersAsync(
            new BufferRequest { Buffers = { Enumerable.Repeat(buffer.Reference, 1025) } })
            .ResponseAsync.FailsSoonWith(StatusCode.InvalidArgument, "the call");

        error.Status.Detail.Should().Contain("1024");
        var reply = await link.Client.BuffersAsync(new BufferRequest { Buffers = { buffer.Reference } })
            .ResponseAsync.Soon("a call after");
        reply.Digests.Should().HaveCount(1);
    }

    private static Task<SharedBuffer> Rent(Link link, int length) => link.Channel.RentBufferAsync(length, Stop)
        .Soon("a buffer");
}
