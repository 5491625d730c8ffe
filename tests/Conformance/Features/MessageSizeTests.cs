using Google.Protobuf;

namespace WinApi.Conformance.Tests;

public abstract class MessageSizeTests(Bed bed) : ConformanceTest(bed)
{
    private const int Limit = 1 << 20;
    private const int Default = 64 << 20;

    [Fact]
    public async Task An_empty_message_arrives_as_such()
    {
        var link = Start();

        var reply = await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("the reply");

        reply.Payload.Should().BeEmpty();
        reply.RequestsRead.Should().Be(1);
    }

    [Fact]
    public async Task Empty_messages_in_streams_are_counted_like_any_other()
    {
        var link = Start();
        using var call = link.Client.Bidirectional();
        for (var sequence = 0; sequence < 10; sequence++)
        {
            await call.RequestStream.WriteAsync(new Request()).Soon("a write");
        }

        await call.RequestStream.CompleteAsync().Soon("the half-close");

        (await ReadAll(call.ResponseStream)).Should().HaveCount(10).And.OnlyContain(reply => reply.Payload.IsEmpty);
    }

    [Fact]
    public async Task A_request_of_exactly_the_servers_limit_is_taken()
    {
        var link = Start(server => server.MaxReceiveMessageBytes = Limit);
        var request = Pattern.RequestOfSize(Limit);

        var reply = await link.Client.UnaryAsync(request).ResponseAsync.Soon("the reply");

        reply.Digest.Should().Equal(Pattern.Digest(request.Payload.Span));
    }

    [Fact]
    public async Task A_request_one_byte_over_the_servers_limit_is_refused()
    {
        var link = Start(server => server.MaxReceiveMessageBytes = Limit);

        var error = await link.Client.UnaryAsync(Pattern.RequestOfSize(Limit + 1)).ResponseAsync
            .FailsSoonWith(StatusCode.ResourceExhausted, "a request over the server's limit");

        NamesTheLimit(error, "MaxReceiveMessageBytes");
        link.Service.Call().RequestsRead.Should().Be(0);
        await ConnectionStillWorks(link);
    }

    [Fact]
    public async Task A_reply_of_exactly_the_clients_limit_is_taken()
    {
        var link = Start(channel: channel => channel.MaxReceiveMessageBytes = Limit);

        var reply = await link.Client.UnaryAsync(RequestForReplyOfSize(Limit)).ResponseAsync.Soon("the reply");

        reply.CalculateSize().Should().Be(Limit);
    }

    [Fact]
    public async Task A_reply_one_byte_over_the_clients_limit_is_refused()
    {
        var link = Start(channel: channel => channel.MaxReceiveMessageBytes = Limit);

        var error = await link.Client.UnaryAsync(RequestForReplyOfSize(Limit + 1)).ResponseAsync
            .FailsSoonWith(StatusCode.ResourceExhausted, "a reply over the client's limit");

        NamesTheLimit(error, "MaxReceiveMessageBytes");
        await ConnectionStillWorks(link);
    }

    [Fact]
    public async Task A_request_over_the_clients_own_sending_limit_never_leaves()
    {
        var link = Start(channel: channel => channel.MaxSendMessageBytes = Limit);
        await link.Client.UnaryAsync(Pattern.RequestOfSize(Limit)).ResponseAsync.Soon("a request at the limit");

        var error = await link.Client.UnaryAsync(Pattern.RequestOfSize(Limit + 1), ScriptedService.Named("over"))
            .ResponseAsync
            .FailsSoonWith(StatusCode.ResourceExhausted, "a request over the client's sending limit");

        NamesTheLimit(error, "MaxSendMessageBytes");
        link.Service.Call("over").RequestsRead.Should().Be(0);
        await ConnectionStillWorks(link);
    }

    [Fact]
    public async Task A_reply_over_the_servers_own_sending_limit_never_leaves()
    {
        var link = Start(server => server.MaxSendMessageBytes = Limit);
        await link.Client.UnaryAsync(RequestForReplyOfSize(Limit)).ResponseAsync.Soon("a reply at the limit");

        var error = await link.Client.UnaryAsync(RequestForReplyOfSize(Limit + 1)).ResponseAsync
            .FailsSoonWith(StatusCode.ResourceExhausted, "a reply over the server's sending limit");

        NamesTheLimit(error, "MaxSendMessageBytes");
        await ConnectionStillWorks(link);
    }

    [Fact]
    public async Task A_streamed_request_over_the_limit_ends_the_call()
    {
        var link = Start(server => server.MaxReceiveMessageBytes = Limit);
        using var call = link.Client.ClientStreaming();
        await call.RequestStream.WriteAsync(Pattern.RequestOfSize(Limit)).Soon("a request at the limit");

        // The write itself may see the end of the call already.
        await Record.ExceptionAsync(
            () => call.RequestStream.WriteAsync(Pattern.RequestOfSize(Limit + 1)).Soon("the write"));
        var error = await call.ResponseAsync.FailsSoonWith(
            StatusCode.ResourceExhausted, "a stream with a request over the limit");

        NamesTheLimit(error, "MaxReceiveMessageBytes");
        await ConnectionStillWorks(link);
    }

    [Fact]
    public async Task A_streamed_reply_over_the_limit_ends_the_call()
    {
        var link = Start(channel: channel => channel.MaxReceiveMessageBytes = Limit);
        using var call = link.Client.ServerStreaming(
            new Request { Script = new Script { ReplyCount = 3, ReplyBytes = Limit } });

        var error = await call.ResponseStream.MoveNext(Stop)
            .FailsSoonWith(StatusCode.ResourceExhausted, "a streamed reply over the limit");

        NamesTheLimit(error, "MaxReceiveMessageBytes");
        call.GetStatus().StatusCode.Should().Be(StatusCode.ResourceExhausted);
        await ConnectionStillWorks(link);
    }

    [Fact]
    public async Task The_largest_message_that_the_defaults_allow_arrives_whole()
    {
        var link = Start();
        var request = Pattern.RequestOfSize(
            Default, new Script { ReplyBytes = Pattern.ReplyBytesForSize(Default, Default - 100) });

        var reply = await link.Client.UnaryAsync(request).ResponseAsync.Soon("64 MiB both ways");

        reply.Digest.Should().Equal(Pattern.Digest(request.Payload.Span));
        reply.CalculateSize().Should().Be(Default);
        Pattern.Digest(reply.Payload.Span).Should()
            .Equal(Pattern.Digest(Pattern.Bytes((int)request.Script.ReplyBytes)));
    }

    [Fact]
    public async Task One_byte_more_than_the_defaults_allow_is_refused()
    {
        var link = Start();

        var error = await link.Client.UnaryAsync(Pattern.RequestOfSize(Default + 1)).ResponseAsync
            .FailsSoonWith(StatusCode.ResourceExhausted, "a request over the default limit");

        error.Status.Detail.Should().Contain("67108864").And.Contain("MessageBytes");
        await ConnectionStillWorks(link);
    }

    private static Request RequestForReplyOfSize(int size) => new()
    {
        Payload = ByteString.CopyFrom(1),
        Script = new Script { ReplyBytes = Pattern.ReplyBytesForSize(size, 1) },
    };

    private static void NamesTheLimit(RpcException error, string setting) =>
        error.Status.Detail.Should().Contain(setting).And.Contain($"{Limit}");

    private static async Task ConnectionStillWorks(Link link)
    {
        var reply = await link.Client.UnaryAsync(new Request { Payload = Pattern.Payload(100) })
            .ResponseAsync.Soon("the call after");
        reply.Payload.Should().Equal(Pattern.Payload(100));
    }
}
