using Google.Protobuf;

namespace WinApi.Conformance.Tests;

public abstract class ConcurrencyTests(Bed bed) : ConformanceTest(bed)
{
    private static readonly Script HeldUntilReleased = new() { Hold = Hold.UntilReleased };

    [Fact]
    public async Task A_thousand_calls_run_at_once_on_one_connection()
    {
        var link = Start();
        var calls = Enumerable.Range(0, 1000).Select(call => link.Client.UnaryAsync(
            new Request { Payload = Pattern.Payload(50, call), Script = HeldUntilReleased },
            ScriptedService.Named($"{call}")).ResponseAsync).ToArray();
        for (var call = 0; call < calls.Length; call++)
        {
            await link.Service.Call($"{call}").Held.Soon($"handler {call}", calls[call]);
        }

        link.Service.MostRunning.Should().Be(1000);
        link.Server.ConnectionCount.Should().Be(1);
        calls.Should().OnlyContain(call => !call.IsCompleted);

        // The last come first: nobody waits for another's turn.
        for (var call = calls.Length - 1; call >= 0; call--)
        {
            link.Service.Call($"{call}").Release();
            (await calls[call].Soon($"reply {call}")).Payload.Should().Equal(Pattern.Payload(50, call));
        }
    }

    [Fact]
    public async Task Handlers_that_block_their_threads_do_not_keep_other_calls_waiting()
    {
        var link = Start();
        using var release = new ManualResetEventSlim();
        var blocked = 0;
        link.Service.UnaryHandler = (request, _) =>
        {
            if (request.Payload.IsEmpty)
            {
                release.Set();
            }
            else
            {
                Interlocked.Increment(ref blocked);
                release.Wait(Stop);
            }

            return Task.FromResult(new Reply());
        };
        var waiting = Enumerable.Range(0, 3).Select(_ =>
            link.Client.UnaryAsync(new Request { Payload = Pattern.Payload(1) }).ResponseAsync).ToArray();

        // It reaches the host behind those that block there, and lets them go.
        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("the call behind");

        await Task.WhenAll(waiting).Soon("the blocked calls");
        blocked.Should().Be(3);
    }

    [Fact]
    public async Task A_thousand_streams_are_open_at_once_on_one_connection()
    {
        var link = Start();
        var calls = Enumerable.Range(0, 1000).Select(_ => link.Client.Bidirectional()).ToArray();

        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(calls.Select((call, index) =>
                call.RequestStream.WriteAsync(new Request { Payload = ByteString.CopyFromUtf8($"{round}/{index}") })))
                    .Soon("a write on each stream");
            for (var index = 0; index < calls.Length; index++)
            {
                (await calls[index].ResponseStream.MoveNext(Stop).Soon($"a reply on stream {index}")).Should().BeTrue();
                calls[index].ResponseStream.Current.Payload.ToStringUtf8().Should().Be($"{round}/{index}");
            }
        }

        link.Service.MostRunning.Should().Be(1000);
        foreach (var call in calls)
        {
            await call.RequestStream.CompleteAsync().Soon("a half-close");
            (await ReadAll(call.ResponseStream)).Should().BeEmpty();
        }
    }

    [Fact]
    public async Task Calls_over_the_limit_wait_for_their_turn_and_then_run()
    {
        var link = Start(server => server.MaxConcurrentCallsPerConnection = 4);
        var calls = Enumerable.Range(0, 20).Select(call => link.Client.UnaryAsync(
            new Request { Script = HeldUntilReleased }, ScriptedService.Named($"{call}")).ResponseAsync).ToArray();

        var waiting = Enumerable.Range(0, 20).ToList();
        while (waiting.Count > 0)
        {
            var held = await Task.WhenAny(waiting.Select(async call =>
            {
                await link.Service.Call($"{call}").Held.Soon($"handler {call}", calls[call]);
                return call;
            })).Unwrap();
            waiting.Remove(held);
            link.Service.Call($"{held}").Release();
        }

        await Task.WhenAll(calls).Soon("all replies");
        link.Service.Calls.Should().Be(20);
        link.Service.MostRunning.Should().BeInRange(1, 4);
    }

    [Fact]
    public async Task A_call_that_waits_for_its_turn_gives_up_at_its_deadline_or_when_cancelled()
    {
        var link = Start(server => server.MaxConcurrentCallsPerConnection = 1);
        var first = link.Client.UnaryAsync(new Request { Script = HeldUntilReleased }, ScriptedService.Named("first"))
            .ResponseAsync;
        await link.Service.Call("first").Held.Soon("the first handler");
        using var cancel = new CancellationTokenSource();

        var cancelled = link.Client.UnaryAsync(new Request(), cancellationToken: cancel.Token).ResponseAsync;
        await link.Client.UnaryAsync(new Request(), deadline: DateTime.UtcNow.AddMilliseconds(300)).ResponseAsync
            .FailsSoonWith(StatusCode.DeadlineExceeded, "the call with a deadline");
        await cancel.CancelAsync();
        await cancelled.FailsSoonWith(StatusCode.Cancelled, "the cancelled call");

        link.Service.Call("first").Release();
        await first.Soon("the first reply");
        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("a call after");
        link.Service.Calls.Should().Be(2, "the two that gave up never ran");
    }

    [Fact]
    public async Task Calls_that_fail_before_they_leave_give_their_turn_back()
    {
        var link = Start(
            server => (server.MaxConcurrentCallsPerConnection, server.MaxMetadataBytes) = (2, 1024),
            channel => channel.MaxSendMessageBytes = 100_000);
        var tooMuch = new Metadata { { "key", new string('x', 2000) } };
        var forged = new BufferRequest { Buffers = { new BufferRef { Lease = 99, Length = 1 } } };
        for (var round = 0; round < 5; round++)
        {
            await link.Client.UnaryAsync(new Request(), tooMuch).ResponseAsync
                .FailsSoonWith(StatusCode.ResourceExhausted, "too much metadata");
            await link.Client.UnaryAsync(new Request { Payload = Pattern.Payload(200_000) }).ResponseAsync
                .FailsSoonWith(StatusCode.ResourceExhausted, "too large a request");
            await link.Client.BuffersAsync(forged).ResponseAsync
                .FailsSoonWith(StatusCode.InvalidArgument, "a forged reference");
            using var streaming = link.Client.ClientStreaming(tooMuch);
            await streaming.ResponseAsync.FailsSoonWith(StatusCode.ResourceExhausted, "too much metadata in a stream");
            using var writing = link.Client.ClientStreaming();
            var write = writing.RequestStream.WriteAsync(new Request { Payload = Pattern.Payload(200_000) });
            await write.FailsSoonWith(StatusCode.ResourceExhausted, "too large a write");
        }

        var calls = new[] { link.Client.UnaryAsync(new Request()), link.Client.UnaryAsync(new Request()) };
        await Task.WhenAll(calls.Select(call => call.ResponseAsync)).Soon("two calls after");
    }

    [Fact]
    public async Task Calls_of_all_sizes_and_kinds_at_once_each_get_their_own_bytes()
    {
        var link = Start();
        var workers = Enumerable.Range(0, 16).Select(async worker =>
        {
            var random = new Random(worker);
            for (var round = 0; round < 15; round++)
            {
                var payload = Pattern.Payload(
                    random.Next(1, 3) == 1 ? random.Next(5000) : random.Next(600_000), random.Next());
                if (round % 3 == 0)
                {
                    using var stream = link.Client.Bidirectional();
                    await stream.RequestStream.WriteAsync(new Request { Payload = payload }).Soon("a write");
                    await stream.RequestStream.CompleteAsync().Soon("a half-close");
                    (await ReadAll(stream.ResponseStream)).Single().Payload.Equals(payload).Should().BeTrue();
                }
                else
                {
                    var reply = await link.Client.UnaryAsync(new Request { Payload = payload })
                        .ResponseAsync.Soon("a reply");
                    reply.Payload.Equals(payload).Should().BeTrue();
                }
            }
        });

        await Task.WhenAll(workers).Soon("240 calls on 16 workers");
    }
}
