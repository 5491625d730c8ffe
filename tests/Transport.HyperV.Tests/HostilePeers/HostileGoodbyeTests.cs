using Google.Protobuf;
using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Tests.HostilePeers;

/// <summary>What a host can make of goodbyes: no call runs twice, none is kept busy for ever, no connection piles up.</summary>
public sealed class HostileGoodbyeTests : HostileHostTest
{
    [Theory]
    [InlineData(FrameType.Headers, FrameFlags.None)]
    [InlineData(FrameType.Message, FrameFlags.Message)]
    [InlineData(FrameType.Message, FrameFlags.Message | FrameFlags.More)]
    internal async Task A_call_that_was_answered_does_not_start_over_whatever_a_goodbye_says(FrameType type, FrameFlags flags)
    {
        var call = Client.EchoAsync(new Plain()).ResponseAsync;
        using var host = await AcceptAsync();
        await host.SendAsync(type, flags, stream: 1);

        await SayGoodbyeAsync(host, lastStream: 0);

        (await Fails(call)).Status.Detail.Should().Contain("shuts down, it says");
    }

    [Fact]
    public async Task A_call_starts_over_five_times_and_no_more()
    {
        var call = Client.EchoAsync(new Plain()).ResponseAsync;
        for (var connection = 0; connection < 6; connection++)
        {
            call.IsCompleted.Should().BeFalse();
            using var host = await AcceptAsync();
            await SayGoodbyeAsync(host, lastStream: 0);
            await ReadToEndAsync(host);
        }

        (await Fails(call)).Status.Detail.Should().Contain("shuts down, it says");
    }

    [Fact]
    public async Task A_call_that_waits_for_room_goes_on_elsewhere_after_a_goodbye()
    {
        var streams = Enumerable.Range(0, RawPeer.MaxConcurrentCalls).Select(_ => Client.Ignore()).ToArray();
        using var first = await AcceptAsync(calls: streams.Length);
        var waiting = new[] { Client.EchoAsync(new Plain()).ResponseAsync, Client.EchoAsync(new Plain()).ResponseAsync };

        await SayGoodbyeAsync(first, RawPeer.MaxConcurrentCalls);
        using var second = await AcceptAsync(calls: waiting.Length);
        await second.SendAsync(FrameType.Trailers, FrameFlags.Message, stream: 1);
        await second.SendAsync(FrameType.Trailers, FrameFlags.Message, stream: 2);

        await Task.WhenAll(waiting).Soon("the replies");
        Array.ForEach(streams, stream => stream.Dispose());
    }

    [Fact]
    public async Task A_call_that_waits_for_room_fails_with_its_connection()
    {
        var streams = Enumerable.Range(0, RawPeer.MaxConcurrentCalls).Select(_ => Client.Ignore()).ToArray();
        var host = await AcceptAsync(calls: streams.Length);
        var waiting = Client.EchoAsync(new Plain()).ResponseAsync;

        Listener.Dispose();
        host.Dispose();

        (await Fails(waiting)).Status.Detail.Should().Contain("no host");
        Array.ForEach(streams, stream => stream.Dispose());
    }

    [Fact]
    public async Task Of_connections_whose_calls_are_left_open_the_oldest_ends_when_there_are_more_than_16()
    {
        var hosts = new List<RawPeer>();
        var calls = new List<Task>();
        for (var connection = 0; connection < 17; connection++)
        {
            calls.Add(Client.EchoAsync(new Plain()).ResponseAsync);
            hosts.Add(await AcceptAsync());
            await SayGoodbyeAsync(hosts[^1], lastStream: 1);
            await IsNoticedAsync(hosts[^1]);
        }

        (await Fails(calls[0])).Status.Detail.Should().Contain("one connection after the other");
        (await hosts[0].ReadAsync()).Should().BeFalse("the client has closed it");
        calls[1].IsCompleted.Should().BeFalse();
        hosts.ForEach(host => host.Dispose());
    }

    [Fact]
    public async Task The_end_of_a_channel_ends_calls_on_connections_that_take_no_more()
    {
        var call = Client.EchoAsync(new Plain()).ResponseAsync;
        using var first = await AcceptAsync();
        await SayGoodbyeAsync(first, lastStream: 1);
        await IsNoticedAsync(first);
        var other = Client.EchoAsync(new Plain()).ResponseAsync;
        using var second = await AcceptAsync();

        await Channel.DisposeAsync().AsTask().Soon("the channel's end");

        (await Fails(call)).Status.Detail.Should().Contain("closes its channel");
        (await Fails(other)).Status.Detail.Should().Contain("closes its channel");
    }

    /// <summary>The client answers a ping after what came before it.</summary>
    private static async Task IsNoticedAsync(RawPeer host)
    {
        await host.SendAsync(FrameType.Ping);
        (await host.ReadAsync()).Should().BeTrue();
        host.Header.Type.Should().Be(FrameType.Pong);
    }

    private static Task SayGoodbyeAsync(RawPeer host, uint lastStream) => host.SendAsync(
        FrameType.Goodbye, code: (ushort)DisconnectReason.LocalShutdown, stream: lastStream, body: [.. "shuts down, it says"u8]);

    private static async Task ReadToEndAsync(RawPeer host)
    {
        while (await host.ReadAsync())
        {
        }
    }

    private static async Task<RpcException> Fails(Task call)
    {
        var error = await Record.ExceptionAsync(() => call.Soon("the call's end"));
        var failure = error.Should().BeOfType<RpcException>().Subject;
        failure.StatusCode.Should().Be(StatusCode.Unavailable);
        return failure;
    }

    /// <summary>Takes a connection and its first calls.</summary>
    private async Task<RawPeer> AcceptAsync(int calls = 1)
    {
        var host = await RawPeer.AcceptAsync(Listener, sharesMemory: false);
        for (var call = 0; call < calls; call++)
        {
            (await host.ReadAsync()).Should().BeTrue();
            host.Header.Type.Should().Be(FrameType.Call);
        }

        return host;
    }
}
