using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Tests.HostilePeers;

/// <summary>Whatever a client sends ends its own connection at most, and another client sees nothing of it.</summary>
public sealed class HostileClientTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");
    private readonly TargetService _service = new();
    private readonly TransportEndpoint _endpoint;
    private readonly HyperVServer _server;
    private readonly HyperVChannel _honest;

    public HostileClientTests()
    {
        _endpoint = TransportEndpoint.Parse($"unix://{_folder.FullName}/host.sock");
        _server = new HyperVServer(new HyperVServerOptions
        {
            Endpoints = { _endpoint },
            MaxReceiveMessageBytes = 1 << 20,
            StreamWindowBytes = RawPeer.WindowBytes,
            MaxConcurrentCallsPerConnection = 10,
        });
        Target.BindService(_server.Services, _service);
        _honest = new HyperVChannel(new HyperVChannelOptions { Endpoint = _endpoint });
    }

    public static TheoryData<string, bool> Attacks
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var name in HostileClientAttacks.Anywhere.Keys)
            {
                data.Add(name, true);
                data.Add(name, false);
            }

            foreach (var name in HostileClientAttacks.Inline.Keys)
            {
                data.Add(name, false);
            }

            foreach (var name in HostileClientAttacks.Shared.Keys)
            {
                data.Add(name, true);
            }

            return data;
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _server.Start();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _honest.DisposeAsync().AsTask().Soon("the honest client's end");
        await _server.DisposeAsync().AsTask().Soon("the server's end");
        _folder.Delete(recursive: true);
    }

    [Theory, MemberData(nameof(Attacks))]
    public async Task A_violation_ends_the_connection_with_its_name_and_no_other(string attack, bool sharesMemory)
    {
        Assert.SkipWhen(sharesMemory && !OperatingSystem.IsLinux(), "A memfd needs Linux.");
        var (reason, run) = All(attack);
        using var streaming = new Target.TargetClient(_honest).Ignore();
        await _service.Ignoring.Task.Soon("the honest client's call");
        using var peer = await RawPeer.ConnectAsync(_endpoint, sharesMemory);
        (peer.Mapping is not null).Should().Be(sharesMemory);

        // The host may hang up before all of it is sent.
        var cut = await Record.ExceptionAsync(() => run(peer));
        var named = await peer.ReadViolationAsync();

        (cut is null or SocketException).Should().BeTrue($"{cut}");
        named.Should().Contain(reason);
        await HonestClientSeesNothing();
        streaming.ResponseAsync.IsCompleted.Should().BeFalse("the honest client's call still runs");
    }

    [Theory]
    [InlineData("")]
    [InlineData("W")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("WINA\0\0\0\u0002aaaaaaaaaaaaaaaaaaaa")]
    [InlineData("WINA\0\0\0\u0001\u00ff\u00ff\u00ff\u007f\u0001\0\0\0\0\0\0\0\0\0\0\0")]
    [InlineData("WINA\0\0\0\u0001\u0004\0\0\0\u0001\0\0\0\0\0\0\0\0\0\0\0\u00ff\u00ff\u00ff\u00ff")]
    [InlineData("WINA\0\0\0\u0001\0\0\0\0\u0002\0\0\0\u0001\0\0\0\0\0\0\0")]
    public async Task A_stranger_is_hung_up_on(string bytes)
    {
        using var stranger = await _endpoint.ConnectAsync(Stop);
        await stranger.SendAsync(Encoding.Latin1.GetBytes(bytes), Stop);
        stranger.Shutdown(SocketShutdown.Send);

        var received = await stranger.ReceiveAsync(new byte[100], Stop).AsTask().Soon("the host to hang up");

        received.Should().Be(0);
        await HonestClientSeesNothing();
    }

    [Fact]
    public async Task A_client_that_closes_inside_a_frame_disturbs_nobody()
    {
        var peer = await RawPeer.ConnectAsync(_endpoint, sharesMemory: false);
        await peer.SendBytesAsync([100, 0, 0, 0, 2, 0]);
        peer.Dispose();

        await HonestClientSeesNothing();
    }

    [Fact]
    public async Task A_client_that_pings_and_never_reads_is_given_up()
    {
        using var peer = await RawPeer.ConnectAsync(_endpoint, sharesMemory: false);
        var ping = new byte[FrameHeader.Size];
        new FrameHeader(FrameType.Ping, FrameFlags.None, 0, 0, 0, 0).Write(ping);
        var pings = Enumerable.Repeat(ping, 4096).SelectMany(bytes => bytes).ToArray();

        var error = await Record.ExceptionAsync(async () =>
        {
            for (var sent = 0L; sent < 256 << 20; sent += pings.Length)
            {
                await peer.SendBytesAsync(pings);
            }
        });

        error.Should().BeOfType<SocketException>("the host hangs up before it has stored 256 MiB of answers");
        await HonestClientSeesNothing();
    }

    [Fact]
    public async Task More_calls_at_once_than_allowed_are_refused_and_the_others_run_on()
    {
        using var peer = await RawPeer.ConnectAsync(_endpoint, sharesMemory: false);
        for (var stream = 1u; stream <= 11; stream++)
        {
            await peer.CallAsync(stream, "Ignore", null);
        }

        (await peer.ReadAsync()).Should().BeTrue();

        peer.Header.Type.Should().Be(FrameType.Trailers);
        peer.Header.Stream.Should().Be(11);
        peer.Header.Code.Should().Be((ushort)StatusCode.ResourceExhausted);
        TrailersHead.Read(peer.Head).Message.Should().Contain("MaxConcurrentCallsPerConnection").And.Contain("10");
        await peer.SendAsync(FrameType.Cancel, stream: 3);
        (await peer.ReadAsync()).Should().BeTrue();
        peer.Header.Stream.Should().Be(3);
        peer.Header.Code.Should().Be((ushort)StatusCode.Cancelled);
    }

    [Fact]
    public async Task A_message_over_the_limit_that_comes_in_pieces_is_refused_at_the_limit()
    {
        using var peer = await RawPeer.ConnectAsync(_endpoint, sharesMemory: false);
        await peer.CallAsync(1, "Echo", null);
        for (var piece = 0; piece < 18; piece++)
        {
            await peer.SendAsync(
                FrameType.Message, FrameFlags.Message | FrameFlags.More, stream: 1, body: new byte[60_000]);
        }

        (await peer.ReadAsync()).Should().BeTrue();

        peer.Header.Type.Should().Be(FrameType.Trailers);
        peer.Header.Code.Should().Be((ushort)StatusCode.ResourceExhausted);
        TrailersHead.Read(peer.Head).Message.Should().Contain("MaxReceiveMessageBytes").And.Contain($"{1 << 20}");
    }

    [Fact]
    public async Task A_message_that_changes_while_it_is_read_is_read_once_or_refused_and_nothing_worse()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A memfd needs Linux.");
        using var peer = await RawPeer.ConnectAsync(_endpoint, sharesMemory: true);
        var honest = new Plain { Payload = ByteString.CopyFrom(new byte[100_000]) }.ToByteArray();
        var offset = MappingLayout.RequestStart;
        honest.CopyTo(peer.Mapping!.GetSpan(offset, honest.Length));
        var done = false;
        var scribbling = Task.Run(
            () =>
            {
                for (var round = 0; !Volatile.Read(ref done); round++)
                {
                    // The length of the payload, a varint: now right, now far too long, now endless.
                    var length = peer.Mapping.GetSpan(offset + 1, 5);
                    ((byte[])(round % 3 == 0 ? [.. honest.AsSpan(1, 5)] : round % 3 == 1 ? [0xFF, 0xFF, 0xFF, 0x7F, 0]
                        : [0xFF, 0xFF, 0xFF, 0xFF, 0xFF])).CopyTo(length);
                }
            },
            Stop);

        for (var stream = 1u; stream <= 500; stream++)
        {
            using var head = new PooledBytes(64);
            new CallHead(0, "/winapi.shapes.Target/Echo", null).Write(head);
            await peer.SendAsync(
                FrameType.Call,
                FrameFlags.DefinesMethod | FrameFlags.Message | FrameFlags.Shared | FrameFlags.EndOfStream,
                1,
                stream,
                head.WrittenSpan.ToArray(),
                HostileClientAttacks.Descriptor(stream, offset, honest.Length));
            (await AnswerTo(peer, stream)).Should().BeOneOf(StatusCode.OK, StatusCode.Internal);
        }

        Volatile.Write(ref done, true);
        await scribbling.Soon("the scribbler");
        await HonestClientSeesNothing();
    }

    [Fact]
    public async Task A_buffer_lent_to_one_call_is_not_readable_by_another()
    {
        using var peer = await RawPeer.ConnectAsync(_endpoint, sharesMemory: false);
        await peer.CallAsync(1, "Ignore", null);
        await peer.SendAsync(
            FrameType.Message, FrameFlags.Lends, stream: 1,
            body: HostileClientAttacks.Lend(7, MappingLayout.RequestStart, 10));

        await peer.CallAsync(2, "Read",
            new Shape { Single = new BufferRef { Lease = 7, Offset = MappingLayout.RequestStart, Length = 10 } });

        (await AnswerTo(peer, 2)).Should().Be(StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task Without_shared_memory_no_more_can_be_lent_at_once_than_the_region_holds()
    {
        using var peer = await RawPeer.ConnectAsync(_endpoint, sharesMemory: false);
        const int Quarter = 128 * 1024;
        for (var stream = 1u; stream <= 4; stream++)
        {
            await peer.CallAsync(stream, "Ignore", null);
            await peer.SendAsync(FrameType.Message, FrameFlags.Lends, stream: stream, body: HostileClientAttacks.Lend(
                stream, MappingLayout.RequestStart, Quarter));
        }

        await peer.CallAsync(5, "Ignore", null);
        await peer.SendAsync(FrameType.Message, FrameFlags.Lends, stream: 5, body: HostileClientAttacks.Lend(
            5, MappingLayout.RequestStart, Quarter));

        (await AnswerTo(peer, 5)).Should().Be(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task What_was_under_way_when_its_call_was_refused_is_dropped_and_costs_other_calls_nothing()
    {
        using var peer = await RawPeer.ConnectAsync(_endpoint, sharesMemory: false);
        var tooMuch = HostileClientAttacks.Lend(1, MappingLayout.RequestStart, 512 * 1024);
        await peer.CallAsync(1, "Hold", null);
        await peer.CallAsync(2, "Hold", null);
        await peer.SendAsync(FrameType.Message, FrameFlags.Lends, stream: 1, body: tooMuch);
        await peer.SendAsync(FrameType.Message, FrameFlags.Lends, stream: 2, body: tooMuch);

        // A message of five pieces, which overdraws the window as one message may.
        for (var piece = 0; piece < 5; piece++)
        {
            var more = piece < 4 ? FrameFlags.More : FrameFlags.None;
            await peer.SendAsync(FrameType.Message, FrameFlags.Message | more, stream: 2, body: new byte[60_000]);
        }

        await peer.CallAsync(3, "Echo", new Plain());

        (await AnswerTo(peer, 2)).Should().Be(StatusCode.ResourceExhausted);
        (await AnswerTo(peer, 3)).Should().Be(StatusCode.OK);
        _service.Release.SetResult();
        (await AnswerTo(peer, 1)).Should().Be(StatusCode.OK);
    }

    /// <summary>Reads to the status of a stream; gives back what replies came in.</summary>
    private static async Task<StatusCode> AnswerTo(RawPeer peer, uint stream)
    {
        while (await peer.ReadAsync())
        {
            if (peer.Header.Type == FrameType.Trailers && peer.Header.Stream == stream)
            {
                if (peer.Header.Flags.HasFlag(FrameFlags.Shared))
                {
                    await peer.SendAsync(
                        FrameType.Release, body: RawPeer.Release(BufferDescriptor.Read(peer.Body).Lease, 1));
                }

                return (StatusCode)peer.Header.Code;
            }
        }

        throw new InvalidOperationException($"The host closed before it answered stream {stream}.");
    }

    private static (string Reason, Func<RawPeer, Task> Attack) All(string name) =>
        HostileClientAttacks.Anywhere.TryGetValue(name, out var anywhere) ? anywhere
            : HostileClientAttacks.Inline.TryGetValue(name, out var inline) ? inline
            : HostileClientAttacks.Shared[name];

    private async Task HonestClientSeesNothing()
    {
        var payload = ByteString.CopyFrom(Enumerable.Range(0, 100_000).Select(index => (byte)index).ToArray());
        var reply = await new Target.TargetClient(_honest).EchoAsync(new Plain { Payload = payload })
            .ResponseAsync.Soon("the honest client's reply");
        reply.Payload.Equals(payload).Should().BeTrue();
    }
}
