using System.Collections.Concurrent;

namespace WinApi.Conformance.Tests;

/// <summary>
/// What awaits a call goes on where frames are read: whatever it does there must not keep frames from being read.
/// </summary>
public abstract class ContinuationTests(Bed bed) : ConformanceTest(bed)
{
    [Fact]
    public async Task What_awaits_a_call_may_make_blocking_calls()
    {
        var link = Start();
        await Task.Run(
            async () =>
            {
                for (var round = 0; round < 100; round++)
                {
                    await link.Client.UnaryAsync(new Request());

                    link.Client.Unary(new Request { Payload = Pattern.Payload(20, round) })
                        .Payload.Should().Equal(Pattern.Payload(20, round));
                }
            },
            Stop).Soon("the calls");
    }

    [Fact]
    public async Task What_awaits_a_call_may_block_until_another_call_has_ended()
    {
        var link = Start();
        await Task.Run(
            async () =>
            {
                for (var round = 0; round < 20; round++)
                {
                    await link.Client.UnaryAsync(new Request());
                    var other = link.Client.UnaryAsync(new Request { Payload = Pattern.Payload(20, round) }).ResponseAsync;
                    other.Wait(TimeSpan.FromSeconds(30), Stop).Should().BeTrue("another thread reads meanwhile");
                }
            },
            Stop).Soon("the calls");
    }

    [Fact]
    public async Task A_reader_of_a_stream_may_make_blocking_calls()
    {
        var link = Start();
        var read = await Task.Run(
            async () =>
            {
                using var stream = link.Client.ServerStreaming(new Request { Script = new Script { ReplyCount = 50 } });
                var read = 0;
                while (await stream.ResponseStream.MoveNext(Stop))
                {
                    link.Client.Unary(new Request { Payload = Pattern.Payload(20, read) })
                        .Payload.Should().Equal(Pattern.Payload(20, read));
                    read++;
                }

                return read;
            },
            Stop).Soon("the stream and the calls");

        read.Should().Be(50);
    }

    [Fact]
    public async Task Blocking_and_awaited_calls_of_many_threads_share_a_connection()
    {
        var link = Start();
        var wrong = new ConcurrentBag<int>();
        var workers = Enumerable.Range(0, 8).Select(worker => Task.Factory.StartNew(
            () =>
            {
                for (var round = 0; round < 300; round++)
                {
                    var payload = Pattern.Payload(30, (worker * 1000) + round);
                    var reply = worker % 2 == 0
                        ? link.Client.Unary(new Request { Payload = payload })
                        : link.Client.UnaryAsync(new Request { Payload = payload }).GetAwaiter().GetResult();
                    if (!reply.Payload.Equals(payload))
                    {
                        wrong.Add(worker);
                    }
                }
            },
            Stop, TaskCreationOptions.LongRunning, TaskScheduler.Default));

        await Task.WhenAll(workers).Soon("2,400 calls of 8 threads");
        wrong.Should().BeEmpty();
    }

    [Fact]
    public async Task A_blocking_call_that_takes_long_ends_at_its_deadline()
    {
        var link = Start();
        var call = Task.Factory.StartNew(
            () => link.Client.Unary(
                new Request { Script = new Script { Hold = Hold.UntilReleased } }, ScriptedService.Named("held"),
                DateTime.UtcNow.AddMilliseconds(300)),
            Stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await link.Service.Call("held").Held.Soon("the handler", call);

        await call.FailsSoonWith(StatusCode.DeadlineExceeded, "the blocking call");
        link.Client.Unary(new Request()).Should().NotBeNull();
    }

    [Fact]
    public async Task A_handler_may_make_blocking_calls_to_the_host_that_runs_it()
    {
        var link = Start();
        link.Service.UnaryHandler = (request, _) => Task.FromResult(
            request.Payload.IsEmpty ? new Reply() : link.Client.Unary(new Request()));

        for (var round = 0; round < 20; round++)
        {
            await link.Client.UnaryAsync(new Request { Payload = Pattern.Payload(1) }).ResponseAsync.Soon("the outer call");
        }
    }

    [Fact]
    public async Task A_context_that_a_handler_keeps_does_not_reach_the_calls_after()
    {
        var link = Start();
        var kept = new List<ServerCallContext>();
        link.Service.UnaryHandler = (_, context) =>
        {
            kept.Add(context);
            return Task.FromResult(new Reply());
        };
        for (var call = 0; call < 3; call++)
        {
            await link.Client.UnaryAsync(new Request(), new Metadata { { "number", $"{call}" } }).ResponseAsync.Soon("a call");
        }

        kept.Select(context => context.RequestHeaders.GetValue("number")).Should().Equal("0", "1", "2");
        foreach (var context in kept)
        {
            context.Method.Should().Be("/winapi.conformance.TestService/Unary");
            context.CancellationToken.IsCancellationRequested.Should().BeFalse();
            await context.Invoking(ended => ended.WriteResponseHeadersAsync([])).Should().ThrowAsync<InvalidOperationException>();
        }
    }
}
