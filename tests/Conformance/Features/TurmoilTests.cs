namespace WinApi.Conformance.Tests;

/// <summary>All at once and cut off at any moment; afterwards nothing may be missing.</summary>
public abstract class TurmoilTests(Bed bed) : ConformanceTest(bed)
{
    private const int Region = 1 << 20;
    private const int Workers = 8;
    private const int Rounds = 60;

    [Fact]
    public async Task Whatever_calls_do_and_however_they_end_the_connection_lives_and_all_memory_comes_back()
    {
        var link = Start(
            server => server.StreamWindowBytes = 64 * 1024,
            channel => (channel.SharedMemoryBytes, channel.StreamWindowBytes) = (2 * Region, 64 * 1024));
        await link.Channel.ConnectAsync(Stop).Soon("the connection");
        var session = link.Channel.Connection!.SessionId;

        // Every call is waited for by itself.
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => Work(link, worker), Stop)));

        link.Channel.Connection!.SessionId.Should().Be(session, "the connection should have lived");
        using var all = await link.Channel.RentBufferAsync(Region, Stop).Soon("the whole request region");
        var reply = await link.Client.BuffersAsync(Lend(1, Region)).ResponseAsync.Soon("the whole response region");
        link.Channel.OpenBuffer(reply.Buffers[0]).Dispose();
    }

    private static BufferRequest Lend(uint count, int length) =>
        new() { Action = BufferAction.Rent, Count = count, Length = length };

    private static async Task Work(Link link, int worker)
    {
        var random = new Random(worker);
        for (var round = 0; round < Rounds; round++)
        {
            using var cancel = new CancellationTokenSource();
            var cut = random.Next(3);
            if (cut == 1)
            {
                cancel.CancelAfter(random.Next(6));
            }

            var deadline = cut == 2 ? DateTime.UtcNow.AddMilliseconds(random.Next(1, 8)) : (DateTime?)null;
            var options = new CallOptions(deadline: deadline, cancellationToken: cancel.Token);
            var kind = random.Next(6);
            var what = $"call {round} of worker {worker}, of kind {kind}{(cut == 0 ? "" : ", cut off")}";
            var error = await Record.ExceptionAsync(() => Call(link, kind, random, options).Soon(what));
            (error is null or RpcException { StatusCode: StatusCode.Cancelled or StatusCode.DeadlineExceeded }
                or OperationCanceledException).Should().BeTrue($"{what} ended with {error}");
        }
    }

    private static Task Call(Link link, int kind, Random random, CallOptions options) => kind switch
    {
        0 => Unary(link, random, options),
        1 => ReadSome(link, random, options),
        2 => Write(link, random, options),
        3 => FillBuffers(link, random, options),
        4 => TakeBuffers(link, random, options),
        _ => ReadSomeBuffers(link, random, options),
    };

    private static async Task Unary(Link link, Random random, CallOptions options)
    {
        var payload = Pattern.Payload(random.Next(300_000), random.Next());
        var reply = await link.Client.UnaryAsync(new Request { Payload = payload }, options);
        reply.Payload.Equals(payload).Should().BeTrue();
    }

    private static async Task ReadSome(Link link, Random random, CallOptions options)
    {
        var script = new Script { ReplyCount = 30, ReplyBytes = (uint)random.Next(1, 80_000) };
        using var call = link.Client.ServerStreaming(new Request { Script = script }, options);
        for (var read = random.Next(31); read > 0 && await call.ResponseStream.MoveNext(CancellationToken.None); read--)
        {
            var current = call.ResponseStream.Current;
            current.Payload.Equals(Pattern.Payload((int)script.ReplyBytes, (int)current.Sequence)).Should().BeTrue();
        }
    }

    private static async Task Write(Link link, Random random, CallOptions options)
    {
        using var call = link.Client.ClientStreaming(options);
        for (var write = 0; write < 10; write++)
        {
            var buffer = await link.Channel.RentBufferAsync(random.Next(1, 20_000), options.CancellationToken);
            var payload = Pattern.Payload(random.Next(60_000));
            var request = new Request { Payload = payload, Buffers = { buffer.Reference } };
            var writing = call.RequestStream.WriteAsync(request);
            await Record.ExceptionAsync(() => writing);
            buffer.Dispose();
            await writing;
        }

        await call.RequestStream.CompleteAsync();
        (await call).RequestsRead.Should().Be(10);
    }

    private static async Task FillBuffers(Link link, Random random, CallOptions options)
    {
        using var buffer = await link.Channel.RentBufferAsync(random.Next(1, 50_000), options.CancellationToken);
        var seed = random.Next();
        var request = new BufferRequest { Buffers = { buffer.Reference }, Action = BufferAction.Fill, Seed = seed };
        await link.Client.BuffersAsync(request, options);
        var expected = Pattern.Digest(Pattern.Bytes(buffer.Length, seed));
        Pattern.Digest(buffer.ReadOnlySpan).Equals(expected).Should().BeTrue();
    }

    private static async Task TakeBuffers(Link link, Random random, CallOptions options)
    {
        var reply = await link.Client.BuffersAsync(Lend(2, random.Next(1, 30_000)), options);
        for (var index = 0; index < 2; index++)
        {
            using var buffer = link.Channel.OpenBuffer(reply.Buffers[index]);
            Pattern.Digest(buffer.ReadOnlySpan).Equals(reply.Digests[index]).Should().BeTrue();
        }
    }

    private static async Task ReadSomeBuffers(Link link, Random random, CallOptions options)
    {
        var script = new Script { ReplyCount = 10, ReplyBufferBytes = random.Next(1, 30_000) };
        using var call = link.Client.ServerStreaming(new Request { Script = script }, options);
        for (var read = random.Next(11); read > 0 && await call.ResponseStream.MoveNext(CancellationToken.None); read--)
        {
            using var buffer = Open(link, call.ResponseStream.Current.Buffer);
            if (buffer is not null)
            {
                var expected = Pattern.Bytes(buffer.Length, (int)call.ResponseStream.Current.Sequence);
                Pattern.Digest(buffer.ReadOnlySpan).Equals(Pattern.Digest(expected)).Should().BeTrue();
            }
        }
    }

    /// <summary>A reply's buffer, unless the call was cut off meanwhile: what it was lent goes back then.</summary>
    private static SharedBuffer? Open(Link link, BufferRef reference)
    {
        try
        {
            return link.Channel.OpenBuffer(reference);
        }
        catch (RpcException gone) when (gone.StatusCode == StatusCode.InvalidArgument)
        {
            return null;
        }
    }
}
