using Google.Protobuf;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Tests.HostilePeers;

/// <summary>Whatever a host sends, its client ends the connection at most, and its calls end with the reason.</summary>
public sealed class HostileHostTests : HostileHostTest
{
    private const long ResponseStart = MappingLayout.RequestStart + (512 * 1024);

    public HostileHostTests()
        : base(options =>
        {
            options.StreamWindowBytes = RawPeer.WindowBytes;
            options.MaxReceiveMessageBytes = 1 << 20;
            options.MaxMetadataBytes = 4096;
        })
    {
    }

    public static TheoryData<string, bool> Attacks
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var (name, (memory, _, _)) in All)
            {
                if (memory != true)
                {
                    data.Add(name, false);
                }

                if (memory != false)
                {
                    data.Add(name, true);
                }
            }

            return data;
        }
    }

    /// <summary>By name: on which kind of connection (null: on both), a part of the reason, what is sent.</summary>
    private static Dictionary<string,
    (bool? SharesMemory, string Reason, Func<RawPeer, Task> Attack)> All { get; } = new()
    {
        ["an unknown frame type"] = (null, "frame type 77", peer => peer.SendAsync((FrameType)77, stream: 1)),
        ["a call from a host"] = (null, "frame type 2", peer => peer.SendAsync(FrameType.Call, stream: 1)),
        ["a cancel from a host"] = (null, "frame type 6", peer => peer.SendAsync(FrameType.Cancel, stream: 1)),
        ["trailers of a stream never opened"] =
            (null, "stream 9, which was never opened", peer => peer.SendAsync(FrameType.Trailers, stream: 9)),
        ["trailers of stream 0"] = (null, "stream 0, which was never opened", peer => peer.SendAsync(FrameType.Trailers)),
        ["headers of a stream never opened"] =
            (null, "stream 9, which was never opened", peer => peer.SendAsync(FrameType.Headers, stream: 9)),
        ["a message of a stream never opened"] = (null, "stream 9, which was never opened", peer =>
            peer.SendAsync(FrameType.Message, FrameFlags.Message, stream: 9)),
        ["a frame of 2 GiB"] = (null, "announces", peer =>
            peer.SendBytesAsync([0xFF, 0xFF, 0xFF, 0x7F, 5, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])),
        ["headers over the client's limit"] = (null, "over this side's limit of 4096", peer =>
            peer.SendAsync(FrameType.Headers, stream: 1, head: Metadata(4097))),
        ["trailers over the client's limit"] = (null, "over this side's limit of 4096", peer =>
            peer.SendAsync(FrameType.Trailers, stream: 1, head: [1, 0, 0, 0, (byte)'m', .. Metadata(4097)])),
        ["malformed headers"] =
            (null, "malformed metadata", peer => peer.SendAsync(FrameType.Headers, stream: 1, head: [1, 2, 3])),
        ["malformed trailers"] =
            (null, "trailers", peer => peer.SendAsync(FrameType.Trailers, stream: 1, head: [1, 2, 3])),
        ["trailers whose message goes on after them"] = (null, "goes on after them", peer =>
            peer.SendAsync(FrameType.Trailers, FrameFlags.Message | FrameFlags.More, stream: 1, body: [1])),
        ["the end of the stream without trailers"] = (null, "trailers alone", peer =>
            peer.SendAsync(FrameType.Message, FrameFlags.EndOfStream, stream: 1)),
        ["the end of lingering before any trailers"] = (null, "before the trailers", peer =>
            peer.SendAsync(FrameType.Release, FrameFlags.EndOfStream, stream: 1)),
        ["more credit than a window holds"] = (null, "credit", peer =>
            peer.SendAsync(FrameType.Window, stream: 1, body: RawPeer.Number(uint.MaxValue))),
        ["a release of what the client never lent"] = (null, "lease 5 was released", peer =>
            peer.SendAsync(FrameType.Release, stream: 1, body: RawPeer.Release(5, 1))),
        ["a release of a lease never given"] = (null, "lease 5 was released", peer =>
            peer.SendAsync(FrameType.Release, body: RawPeer.Release(5, 1))),
        ["a buffer in the request region"] = (null, "not inside", peer => peer.SendAsync(
            FrameType.Message, FrameFlags.Lends, stream: 1,
            body: HostileClientAttacks.Lend(1, MappingLayout.RequestStart, 10))),
        ["a buffer past the response region"] = (null, "not inside", peer => peer.SendAsync(
            FrameType.Message, FrameFlags.Lends, stream: 1,
            body: HostileClientAttacks.Lend(1, ResponseStart, (512 * 1024) + 1))),
        ["a buffer of negative length"] = (null, "not inside", peer => peer.SendAsync(
            FrameType.Message, FrameFlags.Lends, stream: 1, body: HostileClientAttacks.Lend(1, ResponseStart, -1))),
        ["more buffers than the region has pages"] = (null, "than the peer's region has pages", peer => peer.SendAsync(
            FrameType.Message, FrameFlags.Lends, stream: 1, body: HostileClientAttacks.Lends(ResponseStart, 1, 129))),
        ["one buffer again and again, ahead of no message"] = (null, "ahead of one message", async peer =>
        {
            for (var lend = 0; lend <= MessageBody.MaxLends; lend++)
            {
                await peer.SendAsync(
                    FrameType.Message, FrameFlags.Lends, stream: 1, body: HostileClientAttacks.Lend(1, ResponseStart, 0));
            }
        }),
        ["a message in the request region"] = (true, "not inside", peer => peer.SendAsync(
            FrameType.Trailers, FrameFlags.Message | FrameFlags.Shared, stream: 1,
            body: HostileClientAttacks.Descriptor(1, MappingLayout.RequestStart, 10))),
        ["a message past the response region"] = (true, "not inside", peer => peer.SendAsync(
            FrameType.Trailers, FrameFlags.Message | FrameFlags.Shared, stream: 1,
            body: HostileClientAttacks.Descriptor(1, ResponseStart, 1 << 30))),
        ["a message in memory that is not shared"] = (false, "not inside", peer => peer.SendAsync(
            FrameType.Trailers, FrameFlags.Message | FrameFlags.Shared, stream: 1,
            body: HostileClientAttacks.Descriptor(1, ResponseStart, 10))),
    };

    [Theory]
    [InlineData(FrameType.Trailers, FrameFlags.Lingers)]
    [InlineData(FrameType.Message, FrameFlags.Message)]
    internal async Task What_comes_after_trailers_that_linger_ends_the_connection(FrameType type, FrameFlags flags)
    {
        var call = Client.EchoAsync(new Plain()).ResponseAsync;
        using var host = await RawPeer.AcceptAsync(Listener, sharesMemory: false);
        await ReceiveCall(host);

        await host.SendAsync(FrameType.Trailers, FrameFlags.Lingers, (ushort)StatusCode.DataLoss, stream: 1);
        await host.SendAsync(type, flags, stream: 1);

        (await host.ReadViolationAsync()).Should().Contain("after the trailers");
        (await Fails(call)).StatusCode.Should().Be(StatusCode.DataLoss);
    }

    [Theory, MemberData(nameof(Attacks))]
    public async Task A_violation_ends_the_connection_and_its_calls_tell_the_reason(string attack, bool sharesMemory)
    {
        Assert.SkipWhen(sharesMemory && !OperatingSystem.IsLinux(), "A memfd needs Linux.");
        var (_, reason, run) = All[attack];
        var call = Client.EchoAsync(new Plain()).ResponseAsync;
        using var host = await RawPeer.AcceptAsync(Listener, sharesMemory);
        await ReceiveCall(host);

        await run(host);

        (await host.ReadViolationAsync()).Should().Contain(reason);
        var error = await Fails(call);
        error.StatusCode.Should().Be(StatusCode.Unavailable);
        error.Status.Detail.Should().Contain(reason);
    }

    [Fact]
    public async Task A_host_that_closes_inside_a_frame_fails_the_call_with_that_reason()
    {
        var call = Client.EchoAsync(new Plain()).ResponseAsync;
        using (var host = await RawPeer.AcceptAsync(Listener, sharesMemory: false))
        {
            await ReceiveCall(host);
            await host.SendBytesAsync([100, 0, 0, 0, 5, 0]);
        }

        (await Fails(call)).Status.Detail.Should().Contain("ended inside a frame");
    }

    [Fact]
    public async Task A_reply_that_changes_while_it_is_read_is_read_once_or_refused_and_nothing_worse()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A memfd needs Linux.");
        var connecting = Channel.ConnectAsync(Stop);
        using var host = await RawPeer.AcceptAsync(Listener, sharesMemory: true);
        await connecting.Soon("the connection");
        await using var scribbler = new Scribbler(host.Mapping!, ResponseStart, 64 * 1024);

        for (var stream = 1u; stream <= 200; stream++)
        {
            var call = Client.EchoAsync(new Plain()).ResponseAsync;
            do
            {
                (await host.ReadAsync()).Should().BeTrue();
            }
            while (host.Header.Type != FrameType.Call);
            await host.SendAsync(FrameType.Trailers, FrameFlags.Message | FrameFlags.Shared, stream: stream,
                body: HostileClientAttacks.Descriptor(stream, ResponseStart, 64 * 1024));

            var error = await Record.ExceptionAsync(() => call.Soon("the reply"));
            ((error as RpcException)?.StatusCode ?? StatusCode.OK).Should().BeOneOf(StatusCode.OK, StatusCode.Internal);
        }
    }

    [Theory]
    [InlineData(FrameType.Trailers)]
    [InlineData(FrameType.Headers)]
    [InlineData(FrameType.Message)]
    [InlineData(FrameType.Buffer)]
    internal async Task What_comes_after_the_trailers_is_a_violation(FrameType type)
    {
        var call = Client.EchoAsync(new Plain()).ResponseAsync;
        using var host = await RawPeer.AcceptAsync(Listener, sharesMemory: false);
        await ReceiveCall(host);
        await host.SendAsync(FrameType.Trailers, FrameFlags.Message, stream: 1);
        await call.Soon("the reply");

        await host.SendAsync(type, stream: 1);

        (await host.ReadViolationAsync()).Should().Contain("after the end of stream 1");
    }

    [Fact]
    public async Task A_status_code_that_does_not_exist_is_UNKNOWN()
    {
        var call = Client.EchoAsync(new Plain()).ResponseAsync;
        using var host = await RawPeer.AcceptAsync(Listener, sharesMemory: false);
        await ReceiveCall(host);

        await host.SendAsync(FrameType.Trailers, code: 999, stream: 1);

        (await Fails(call)).StatusCode.Should().Be(StatusCode.Unknown);
    }

    [Fact]
    public async Task Headers_and_trailers_at_the_limit_are_taken()
    {
        var call = Client.EchoAsync(new Plain());
        using var host = await RawPeer.AcceptAsync(Listener, sharesMemory: false);
        await ReceiveCall(host);

        await host.SendAsync(FrameType.Headers, stream: 1, head: Metadata(4096));
        await host.SendAsync(FrameType.Trailers, FrameFlags.Message, stream: 1, head: [1, 0, 0, 0, (byte)'m', .. Metadata(4096)]);

        await call.ResponseAsync.Soon("the reply");
        (await call.ResponseHeadersAsync)[0].Value.Should().HaveLength(4089);
        call.GetTrailers()[0].Value.Should().HaveLength(4089);
    }

    [Fact]
    public async Task A_good_status_without_a_reply_is_a_failure_of_a_unary_call()
    {
        var call = Client.EchoAsync(new Plain()).ResponseAsync;
        using var host = await RawPeer.AcceptAsync(Listener, sharesMemory: false);
        await ReceiveCall(host);

        await host.SendAsync(FrameType.Trailers, stream: 1);

        (await Fails(call)).StatusCode.Should()
            .BeOneOf(StatusCode.Internal, StatusCode.Unimplemented, StatusCode.Cancelled, StatusCode.Unknown);
    }

    [Fact]
    public async Task A_reply_that_does_not_parse_is_INTERNAL()
    {
        var call = Client.EchoAsync(new Plain()).ResponseAsync;
        using var host = await RawPeer.AcceptAsync(Listener, sharesMemory: false);
        await ReceiveCall(host);

        await host.SendAsync(FrameType.Trailers, FrameFlags.Message, stream: 1, body: [0x0A, 0x7F, 1]);

        (await Fails(call)).StatusCode.Should().Be(StatusCode.Internal);
    }

    [Fact]
    public async Task A_reply_over_the_limit_that_comes_in_pieces_is_refused_at_the_limit()
    {
        var call = Client.EchoAsync(new Plain()).ResponseAsync;
        using var host = await RawPeer.AcceptAsync(Listener, sharesMemory: false);
        await ReceiveCall(host);
        for (var piece = 0; piece < 18; piece++)
        {
            await host.SendAsync(
                FrameType.Message, FrameFlags.Message | FrameFlags.More, stream: 1, body: new byte[60_000]);
        }

        var error = await Fails(call);

        error.StatusCode.Should().Be(StatusCode.ResourceExhausted);
        error.Status.Detail.Should().Contain("MaxReceiveMessageBytes");
    }

    [Fact]
    public async Task Bytes_for_a_buffer_the_host_was_not_lent_change_nothing()
    {
        var renting = Channel.RentBufferAsync(100, Stop).AsTask();
        using var host = await RawPeer.AcceptAsync(Listener, sharesMemory: false);
        using var buffer = await renting.Soon("a buffer");
        var call = Client.EchoAsync(new Plain()).ResponseAsync;
        await ReceiveCall(host);
        byte[] head = [.. BitConverter.GetBytes(buffer.Reference.Lease), .. BitConverter.GetBytes(0L)];

        await host.SendAsync(FrameType.Buffer, stream: 1, head: head, body: [1, 2, 3]);
        await host.SendAsync(FrameType.Trailers, FrameFlags.Message, stream: 1);

        await Record.ExceptionAsync(() => call.Soon("the call's end"));
        buffer.ReadOnlySpan.IndexOfAnyExcept((byte)0).Should().Be(-1);
    }

    [Fact]
    public async Task Bytes_past_the_end_of_a_buffer_are_a_violation()
    {
        var renting = Channel.RentBufferAsync(100, Stop).AsTask();
        using var host = await RawPeer.AcceptAsync(Listener, sharesMemory: false);
        using var buffer = await renting.Soon("a buffer");
        var call = Client.ReadAsync(new Shape { Single = buffer.Reference }).ResponseAsync;
        do
        {
            (await host.ReadAsync()).Should().BeTrue();
        }
        while (!host.Header.Flags.HasFlag(FrameFlags.Message));

        byte[] head = [.. BitConverter.GetBytes(buffer.Reference.Lease), .. BitConverter.GetBytes(98L)];
        await host.SendAsync(FrameType.Buffer, stream: 1, head: head, body: [1, 2, 3]);

        (await host.ReadViolationAsync()).Should().Contain("past its end");
        (await Fails(call)).StatusCode.Should().Be(StatusCode.Unavailable);
        buffer.ReadOnlySpan.IndexOfAnyExcept((byte)0).Should().Be(-1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_buffer_lent_ahead_of_a_reply_that_never_comes_is_given_back(bool sharesMemory)
    {
        Assert.SkipWhen(sharesMemory && !OperatingSystem.IsLinux(), "A memfd needs Linux.");
        var call = Client.EchoAsync(new Plain()).ResponseAsync;
        using var host = await RawPeer.AcceptAsync(Listener, sharesMemory);
        await ReceiveCall(host);
        await host.SendAsync(
            FrameType.Message, FrameFlags.Lends, stream: 1, body: HostileClientAttacks.Lend(5, ResponseStart, 10));

        await host.SendAsync(FrameType.Trailers, code: (ushort)StatusCode.DeadlineExceeded, stream: 1);

        (await Fails(call)).StatusCode.Should().Be(StatusCode.DeadlineExceeded);
        (await host.ReadAsync()).Should().BeTrue();
        host.Header.Type.Should().Be(FrameType.Release);
        host.Header.Stream.Should().Be(0);
        host.Body.Should().Equal(RawPeer.Release(5, 1));
    }

    [Fact]
    public async Task A_goodbye_that_never_took_the_call_up_lets_it_start_over_on_the_next_connection()
    {
        var call = Client.EchoAsync(new Plain()).ResponseAsync;
        using var first = await RawPeer.AcceptAsync(Listener, sharesMemory: false);
        await ReceiveCall(first);

        await first.SendAsync(FrameType.Goodbye, code: (ushort)DisconnectReason.LocalShutdown, stream: 0);
        using var second = await RawPeer.AcceptAsync(Listener, sharesMemory: false);
        await ReceiveCall(second);
        await second.SendAsync(FrameType.Trailers, FrameFlags.Message, stream: 1,
            body: new Plain { Payload = ByteString.CopyFrom(7) }.ToByteArray());

        (await call.Soon("the reply")).Payload.Should().Equal(7);
    }

    [Fact]
    public async Task A_host_that_does_not_answer_the_heartbeat_is_taken_for_gone()
    {
        await using var channel = new HyperVChannel(new HyperVChannelOptions
        {
            Endpoint = Listener.Endpoint,
            HeartbeatInterval = TimeSpan.FromMilliseconds(50),
            HeartbeatTimeout = TimeSpan.FromMilliseconds(100),
        });
        var call = new Target.TargetClient(channel).EchoAsync(new Plain()).ResponseAsync;
        using var host = await RawPeer.AcceptAsync(Listener, sharesMemory: false);

        var error = await Fails(call);

        error.StatusCode.Should().Be(StatusCode.Unavailable);
        error.Status.Detail.Should().Contain("did not answer");
    }

    /// <summary>One entry that takes so many bytes.</summary>
    private static byte[] Metadata(int bytes) =>
        [1, 0, .. BitConverter.GetBytes(bytes - 7), (byte)'k', .. Enumerable.Repeat((byte)'v', bytes - 7)];

    private static async Task ReceiveCall(RawPeer host)
    {
        (await host.ReadAsync()).Should().BeTrue();
        host.Header.Type.Should().Be(FrameType.Call);
        host.Header.Stream.Should().Be(1);
    }

    private static async Task<RpcException> Fails(Task call)
    {
        var error = await Record.ExceptionAsync(() => call.Soon("the call's end"));
        return error.Should().BeOfType<RpcException>().Subject;
    }
}
