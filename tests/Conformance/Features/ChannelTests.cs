namespace WinApi.Conformance.Tests;

public abstract class ChannelTests(Bed bed) : ConformanceTest(bed)
{
    [Fact]
    public async Task A_connection_says_what_it_is()
    {
        var link = Start();
        link.Channel.Connection.Should().BeNull("nothing has connected yet");

        await link.Channel.ConnectAsync(Stop).Soon("the connection");

        var connection = link.Channel.Connection!;
        connection.Endpoint.Should().Be(link.Endpoint.ToString());
        connection.ProtocolVersion.Should().BePositive();
        connection.PeerAgent.Should().NotBeNullOrEmpty();
        connection.SessionId.Should().NotBe(Guid.Empty);
        connection.RequestRegionBytes.Should().Be(4 << 20);
        connection.ResponseRegionBytes.Should().Be(4 << 20);
        await Patience.Until(() => link.Server.ConnectionCount == 1, "the server to know the connection");
    }

    [Fact]
    public async Task A_connection_says_whether_memory_is_shared_and_if_not_why()
    {
        var link = Start();

        await link.Channel.ConnectAsync(Stop).Soon("the connection");

        var connection = link.Channel.Connection!;
        connection.Memory.Should().Be(Bed.MemoryKind);
        connection.UsesRings.Should().Be(Bed.UsesRings);
        if (Bed.SharesMemory)
        {
            connection.MemoryReason.Should().BeNull();
        }
        else
        {
            connection.MemoryReason.Should().NotBeNullOrWhiteSpace();
        }
    }

    [Fact]
    public async Task A_server_without_shared_memory_is_served_inline_and_the_client_knows_why()
    {
        var link = Start(
            server => server.SharedMemory = SharedMemoryMode.None,
            channel => channel.SharedMemory = SharedMemoryMode.Auto);
        var payload = Pattern.Payload(1_000_000);

        var reply = await link.Client.UnaryAsync(new Request { Payload = payload }).ResponseAsync.Soon("the reply");

        reply.Payload.Equals(payload).Should().BeTrue();
        link.Channel.Connection!.Memory.Should().Be("none");
        link.Channel.Connection!.MemoryReason.Should().NotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task A_client_that_offers_more_memory_than_the_server_accepts_is_served_inline()
    {
        var link = Start(server => server.MaxSharedMemoryBytes = 1 << 20);
        var payload = Pattern.Payload(1_000_000);

        var reply = await link.Client.UnaryAsync(new Request { Payload = payload }).ResponseAsync.Soon("the reply");

        reply.Payload.Equals(payload).Should().BeTrue();
        link.Channel.Connection!.Memory.Should().Be("none");
        if (Bed.SharesMemory)
        {
            link.Channel.Connection!.MemoryReason.Should().Contain("MaxSharedMemoryBytes");
        }
    }

    [Fact]
    public async Task Connecting_twice_at_once_makes_one_connection()
    {
        var link = Start();
        var channel = link.Channel;

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => channel.ConnectAsync(Stop), Stop)))
            .Soon("the connection");
        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("a call");

        await Patience.Until(() => link.Server.ConnectionCount == 1, "the server to know the connection");
    }

    [Fact]
    public async Task Two_channels_work_side_by_side_and_end_apart()
    {
        var link = Start();
        var first = link.NewChannel();
        var second = link.NewChannel();
        var held = new TestService.TestServiceClient(second).UnaryAsync(
            new Request { Payload = Pattern.Payload(100_000, 2), Script = new Script { Hold = Hold.UntilReleased } },
            ScriptedService.Named("second")).ResponseAsync;
        await link.Service.Call("second").Held.Soon("the second channel's handler");
        var payload = Pattern.Payload(100_000, 1);
        (await new TestService.TestServiceClient(first).UnaryAsync(new Request { Payload = payload })
            .ResponseAsync.Soon("the first channel's reply"))
            .Payload.Should().Equal(payload);
        await Patience.Until(() => link.Server.ConnectionCount == 2, "the server to know both connections");
        first.Connection!.SessionId.Should().NotBe(second.Connection!.SessionId);

        await first.DisposeAsync().Soon("the first channel's disposal");
        link.Service.Call("second").Release();

        (await held.Soon("the second channel's reply")).Payload.Should().Equal(Pattern.Payload(100_000, 2));
    }

    [Fact]
    public async Task Calls_on_a_disposed_channel_fail_at_once()
    {
        var link = Start();
        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("a call");
        await link.Channel.DisposeAsync().Soon("the disposal");

        Exception?[] errors =
        [
            await Record.ExceptionAsync(() => link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("a unary call")),
            await Record.ExceptionAsync(
                () => Task.Run(() => link.Client.Unary(new Request()), Stop).Soon("a blocking call")),
            await Record.ExceptionAsync(
                () => link.Client.Bidirectional().ResponseStream.MoveNext(Stop).Soon("a bidirectional call")),
            await Record.ExceptionAsync(() => link.Channel.ConnectAsync(Stop).Soon("connecting")),
            await Record.ExceptionAsync(() => link.Channel.RentBufferAsync(10, Stop).Soon("renting")),
        ];

        errors.Should().OnlyContain(error => error is ObjectDisposedException
            || (error is RpcException && ((RpcException)error).StatusCode == StatusCode.Unavailable));
        link.Service.Calls.Should().Be(1);
    }

    [Fact]
    public async Task Disposing_a_channel_twice_or_unused_is_harmless()
    {
        var link = Start();
        var unused = link.NewChannel();
        unused.Dispose();
        unused.Dispose();
        await unused.DisposeAsync().Soon("the disposal");
        await link.Channel.ConnectAsync(Stop).Soon("another channel");

        await link.Channel.ShutdownAsync().Soon("the shutdown");
        link.Channel.Dispose();
    }

    [Fact]
    public async Task More_connections_than_the_server_takes_are_refused_with_the_limits_name()
    {
        var link = Start(server => server.MaxConnections = 2);
        var first = link.NewChannel();
        await first.ConnectAsync(Stop).Soon("the first");
        await link.NewChannel().ConnectAsync(Stop).Soon("the second");

        var error = await Record.ExceptionAsync(() => link.NewChannel().ConnectAsync(Stop).Soon("the third"));

        error.Should().BeOfType<RpcException>().Which.Status.Detail.Should().Contain("MaxConnections");
        await first.DisposeAsync().Soon("the first to go");
        await Patience.Until(() => link.Server.ConnectionCount == 1, "its place to be free");
        await link.NewChannel().ConnectAsync(Stop).Soon("the fourth");
    }
}
