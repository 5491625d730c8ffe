using System.Diagnostics;
using Google.Protobuf;

namespace WinApi.Conformance.Tests;

public abstract class CallKindsTests(Bed bed) : ConformanceTest(bed)
{
    [Fact]
    public async Task A_unary_call_brings_back_its_reply()
    {
        var link = Start();
        var payload = Pattern.Payload(1000);

        var reply = await link.Client.UnaryAsync(new Request { Payload = payload }).ResponseAsync.Soon("the reply");

        reply.Payload.Should().Equal(payload);
        reply.Digest.Should().Equal(Pattern.Digest(payload.Span));
    }

    [Fact]
    public async Task A_blocking_unary_call_brings_back_its_reply()
    {
        var link = Start();
        var payload = Pattern.Payload(1000);

        var reply = await Task.Run(() => link.Client.Unary(new Request { Payload = payload }), Stop).Soon("the reply");

        reply.Payload.Should().Equal(payload);
    }

    [Fact]
    public async Task Blocking_calls_on_many_threads_bring_back_each_its_own_reply()
    {
        var link = Start();
        var threads = Enumerable.Range(0, 8).Select(thread => Task.Factory.StartNew(
            () =>
            {
                for (var call = 0; call < 50; call++)
                {
                    var payload = Pattern.Payload(100 + thread, thread * 1000 + call);
                    link.Client.Unary(new Request { Payload = payload }).Payload.Should().Equal(payload);
                }
            },
            Stop,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));

        await Task.WhenAll(threads).Soon("400 blocking calls");

        link.Service.Calls.Should().Be(400);
    }

    [Fact]
    public async Task Blocking_calls_whose_replies_come_at_any_moment_all_return()
    {
        // Around the time after which a caller gives up looking for its reply, and sleeps.
        var link = Start();
        link.Service.UnaryHandler = (request, _) =>
        {
            var wait = request.Payload[0] * TimeSpan.FromMicroseconds(0.5);
            for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < wait;)
            {
            }

            return Task.FromResult(new Reply { Payload = request.Payload });
        };

        var calling = Task.Factory.StartNew(
            () =>
            {
                for (var call = 0; call < 4000; call++)
                {
                    var payload = ByteString.CopyFrom((byte)call, (byte)(call >> 8));
                    link.Client.Unary(new Request { Payload = payload }).Payload.Should().Equal(payload);
                }
            },
            Stop,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        await calling.Soon("4000 blocking calls");
    }

    [Fact]
    public async Task A_server_streaming_call_brings_all_replies_in_order()
    {
        var link = Start();
        using var call = link.Client.ServerStreaming(
            new Request { Script = new Script { ReplyCount = 500, ReplyBytes = 300 } });

        var replies = await ReadAll(call.ResponseStream);

        replies.Select(reply => reply.Sequence).Should()
            .Equal(Enumerable.Range(0, 500).Select(sequence => (uint)sequence));
        replies.Should().OnlyContain(reply => reply.Payload.Equals(Pattern.Payload(300, (int)reply.Sequence)));
        call.GetStatus().StatusCode.Should().Be(StatusCode.OK);
    }

    [Fact]
    public async Task A_client_streaming_call_carries_all_requests_in_order()
    {
        var link = Start();
        using var call = link.Client.ClientStreaming();
        var sent = new List<byte>();
        for (var sequence = 0; sequence < 500; sequence++)
        {
            var payload = Pattern.Bytes(300, sequence);
            sent.AddRange(payload);
            await call.RequestStream.WriteAsync(new Request { Payload = ByteString.CopyFrom(payload) })
                .Soon($"write {sequence}");
        }

        await call.RequestStream.CompleteAsync().Soon("the half-close");
        var reply = await call.ResponseAsync.Soon("the reply");

        reply.RequestsRead.Should().Be(500);
        reply.BytesRead.Should().Be(150_000);
        reply.Digest.Should().Equal(Pattern.Digest(sent.ToArray()));
    }

    [Fact]
    public async Task A_bidirectional_call_answers_each_request_as_it_comes()
    {
        var link = Start();
        using var call = link.Client.Bidirectional();

        for (var sequence = 0u; sequence < 200; sequence++)
        {
            var payload = Pattern.Payload(64, (int)sequence);
            await call.RequestStream.WriteAsync(new Request { Payload = payload }).Soon($"write {sequence}");
            (await call.ResponseStream.MoveNext(Stop).Soon($"reply {sequence}")).Should().BeTrue();
            call.ResponseStream.Current.Sequence.Should().Be(sequence);
            call.ResponseStream.Current.Payload.Should().Equal(payload);
        }

        await call.RequestStream.CompleteAsync().Soon("the half-close");
        (await call.ResponseStream.MoveNext(Stop).Soon("the end")).Should().BeFalse();
        call.GetStatus().StatusCode.Should().Be(StatusCode.OK);
    }

    [Fact]
    public async Task A_bidirectional_call_carries_both_directions_at_once()
    {
        var link = Start();
        using var call = link.Client.Bidirectional();
        var reading = ReadAll(call.ResponseStream);

        for (var sequence = 0; sequence < 1000; sequence++)
        {
            await call.RequestStream.WriteAsync(new Request { Payload = Pattern.Payload(200, sequence) })
                .Soon($"write {sequence}");
        }

        await call.RequestStream.CompleteAsync().Soon("the half-close");
        var replies = await reading;

        replies.Should().HaveCount(1000);
        replies.Should().OnlyContain(reply => reply.Payload.Equals(Pattern.Payload(200, (int)reply.Sequence)));
    }

    [Fact]
    public async Task Many_calls_one_after_another_all_succeed()
    {
        var link = Start();

        for (var call = 0; call < 2000; call++)
        {
            var reply = await link.Client.UnaryAsync(new Request { Payload = Pattern.Payload(16, call) })
                .ResponseAsync.Soon($"call {call}");
            reply.Payload.Should().Equal(Pattern.Payload(16, call));
        }
    }

    [Fact]
    public async Task Write_options_are_taken_and_change_nothing()
    {
        var link = Start();
        var options = new WriteOptions(WriteFlags.BufferHint | WriteFlags.NoCompress);
        var request = new Request { Payload = Pattern.Payload(100_000) };

        var unary = await link.Client.UnaryAsync(request, new CallOptions(writeOptions: options)).ResponseAsync
            .Soon("the unary reply");
        using var call = link.Client.Bidirectional();
        call.RequestStream.WriteOptions = options;
        await call.RequestStream.WriteAsync(request).Soon("the write");
        await call.RequestStream.CompleteAsync().Soon("the half-close");

        unary.Payload.Should().Equal(request.Payload);
        (await ReadAll(call.ResponseStream)).Single().Payload.Should().Equal(request.Payload);
        call.RequestStream.WriteOptions.Should().BeSameAs(options);
    }

    [Fact]
    public async Task A_handler_can_keep_things_in_its_context_and_sees_who_is_authenticated()
    {
        var link = Start();
        link.Service.UnaryHandler = (_, context) =>
        {
            context.UserState["key"] = 5;
            context.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
            context.UserState["key"].Should().Be(5);
            context.AuthContext.IsPeerAuthenticated.Should().Be(Bed.ProvesItsUser);
            return Task.FromResult(new Reply());
        };

        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("the reply");
    }

    [Fact]
    public async Task The_handler_sees_which_method_was_called_and_by_whom()
    {
        var link = Start();

        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("the reply");
        var context = await link.Service.Call().Entered.Soon("the handler");

        context.Method.Should().Be("/winapi.conformance.TestService/Unary");
        context.Peer.Should().NotBeNullOrEmpty();
        context.Status.StatusCode.Should().Be(StatusCode.OK);
    }
}
