using System.Net;
using System.Net.Sockets;

namespace WinApi.Conformance.Tests;

public abstract class ReconnectTests(Bed bed) : ConformanceTest(bed)
{
    private static CallOptions WaitForReady => new CallOptions().WithWaitForReady();

    [Fact]
    public async Task Without_a_server_a_call_is_UNAVAILABLE_and_says_where_it_looked()
    {
        var link = NotStarted();

        var error = await link.Client.UnaryAsync(new Request())
            .ResponseAsync.FailsSoonWith(StatusCode.Unavailable, "the call");

        error.Status.Detail.Should().Contain(link.Endpoint.ToString());
    }

    [Fact]
    public async Task Without_a_server_connecting_and_streaming_and_blocking_are_UNAVAILABLE_too()
    {
        var link = NotStarted();

        var connecting = await link.Channel.ConnectAsync(Stop).FailsSoonWith(StatusCode.Unavailable, "connecting");
        await Task.Run(() => link.Client.Unary(new Request()), Stop)
            .FailsSoonWith(StatusCode.Unavailable, "a blocking call");
        using var both = link.Client.Bidirectional();
        await both.ResponseStream.MoveNext(Stop).FailsSoonWith(StatusCode.Unavailable, "a bidirectional call");
        await link.Channel.RentBufferAsync(10, Stop).AsTask().FailsSoonWith(StatusCode.Unavailable, "renting");

        connecting.Status.Detail.Should().Contain(link.Endpoint.ToString());
        link.Channel.Connection.Should().BeNull();
    }

    [Fact]
    public async Task With_WaitForReady_a_call_waits_for_the_server_to_start()
    {
        var link = NotStarted();
        var call = link.Client.UnaryAsync(new Request { Payload = Pattern.Payload(10) }, WaitForReady).ResponseAsync;
        var streaming = link.Client.ServerStreaming(
            new Request { Script = new Script { ReplyCount = 3 } }, WaitForReady);

        // A call that does not wait shows that an attempt has failed by now.
        await link.Client.UnaryAsync(new Request())
            .ResponseAsync.FailsSoonWith(StatusCode.Unavailable, "a call that does not wait");
        call.IsCompleted.Should().BeFalse();
        link.StartServer();

        (await call.Soon("the reply")).Payload.Should().Equal(Pattern.Payload(10));
        (await ReadAll(streaming.ResponseStream)).Should().HaveCount(3);
    }

    [Fact]
    public async Task With_WaitForReady_a_call_gives_up_at_its_deadline_or_when_cancelled()
    {
        var link = NotStarted();
        using var cancel = new CancellationTokenSource();
        var cancelled = link.Client.UnaryAsync(new Request(), WaitForReady.WithCancellationToken(cancel.Token))
            .ResponseAsync;

        await link.Client.UnaryAsync(new Request(), WaitForReady.WithDeadline(DateTime.UtcNow.AddMilliseconds(300)))
            .ResponseAsync
            .FailsSoonWith(StatusCode.DeadlineExceeded, "the call with a deadline");
        cancelled.IsCompleted.Should().BeFalse();
        await cancel.CancelAsync();

        await cancelled.FailsSoonWith(StatusCode.Cancelled, "the cancelled call");
    }

    [Fact]
    public async Task After_a_restart_the_same_channel_works_again()
    {
        var link = NotStarted();
        link.StartServer();
        for (var restart = 0; restart < 3; restart++)
        {
            var before = await link.Client.UnaryAsync(
                new Request { Payload = Pattern.Payload(100_000, restart) }, WaitForReady).ResponseAsync.Soon("a call");
            before.Payload.Should().Equal(Pattern.Payload(100_000, restart));
            var session = link.Channel.Connection!.SessionId;

            await link.DropServerAsync();
            link.StartServer();

            await link.Client.UnaryAsync(new Request(), WaitForReady).ResponseAsync.Soon("a call after the restart");
            link.Channel.Connection!.SessionId.Should().NotBe(session);
        }
    }

    [Fact]
    public async Task With_WaitForReady_a_call_made_while_the_server_is_down_runs_after_its_restart()
    {
        var link = NotStarted();
        link.StartServer();
        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("a call before");
        await link.DropServerAsync();

        var call = link.Client.UnaryAsync(new Request { Payload = Pattern.Payload(50) }, WaitForReady).ResponseAsync;
        await link.Client.UnaryAsync(new Request())
            .ResponseAsync.FailsSoonWith(StatusCode.Unavailable, "a call that does not wait");
        link.StartServer();

        (await call.Soon("the waiting call")).Payload.Should().Equal(Pattern.Payload(50));
    }

    [Fact]
    public async Task A_call_that_ran_when_the_server_went_is_not_run_again()
    {
        var link = NotStarted();
        link.StartServer();
        var call = link.Client.UnaryAsync(
            new Request { Script = new Script { Hold = Hold.UntilCancelled } }, WaitForReady).ResponseAsync;
        await link.Service.Call().Held.Soon("the handler");

        await link.DropServerAsync();
        link.StartServer();

        await call.FailsSoonWith(StatusCode.Unavailable, "the call");
        await link.Client.UnaryAsync(new Request(), WaitForReady).ResponseAsync.Soon("a call after");
        link.Service.Calls.Should().Be(2);
    }

    [Fact]
    public async Task A_peer_that_never_answers_is_UNAVAILABLE_within_the_connect_timeout()
    {
        var link = NotStarted(channel: channel => channel.ConnectTimeout = TimeSpan.FromMilliseconds(300));
        using var mute = Listen(link);

        var error = await link.Client.UnaryAsync(new Request())
            .ResponseAsync.FailsSoonWith(StatusCode.Unavailable, "the call");

        error.Status.Detail.Should().Contain(link.Endpoint.ToString());
    }

    [Fact]
    public async Task A_peer_that_speaks_something_else_is_UNAVAILABLE_and_not_believed()
    {
        var link = NotStarted();
        using var stranger = Listen(link);
        var speaking = Task.Run(
            async () =>
            {
                using var accepted = await stranger.AcceptAsync(Stop);
                await accepted.SendAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), Stop);
                await accepted.ReceiveAsync(new byte[1], Stop);
            },
            Stop);

        var error = await link.Client.UnaryAsync(new Request())
            .ResponseAsync.FailsSoonWith(StatusCode.Unavailable, "the call");

        error.Status.Detail.Should().Contain(link.Endpoint.ToString());
        await speaking.Soon("the stranger");
    }

    [Fact]
    public async Task A_peer_that_hangs_up_at_once_is_UNAVAILABLE()
    {
        var link = NotStarted();
        using var rude = Listen(link);
        var hangingUp = Task.Run(async () => (await rude.AcceptAsync(Stop)).Dispose(), Stop);

        var error = await link.Client.UnaryAsync(new Request())
            .ResponseAsync.FailsSoonWith(StatusCode.Unavailable, "the call");

        error.Status.Detail.Should().Contain(link.Endpoint.ToString());
        await hangingUp.Soon("the peer");
    }

    private Socket Listen(Link link)
    {
        var uri = new Uri(link.Endpoint.ToString());
        var socket = Bed.Unix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(Bed.Unix ? new UnixDomainSocketEndPoint(uri.AbsolutePath)
            : new IPEndPoint(IPAddress.Loopback, uri.Port));
        socket.Listen();
        return socket;
    }
}
