using System.Net.Sockets;
using Google.Protobuf;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Tests.HostilePeers;

/// <summary>Attacks that take their time: another client's calls go on meanwhile, and each ends for a named reason.</summary>
public sealed class LongAttackTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");
    private readonly TransportEndpoint _endpoint;
    private readonly EndLog _log = new();
    private HyperVServer? _server;

    public LongAttackTests() => _endpoint = TransportEndpoint.Parse($"unix://{_folder.FullName}/host.sock");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync().AsTask().Soon("the server's end");
        }

        _log.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_client_that_opens_calls_for_ever_and_reads_no_reply_is_given_up()
    {
        Serve();
        await using var honest = await HonestCalls.StartAsync(_endpoint);
        using var peer = await RawPeer.ConnectAsync(_endpoint, sharesMemory: false);
        await peer.CallAsync(1, "Echo", new Plain { Payload = ByteString.CopyFrom(new byte[30_000]) });

        var cut = await Record.ExceptionAsync(async () =>
        {
            for (var stream = 2u; stream < 4_000_000; stream += 4096)
            {
                await peer.SendBytesAsync([.. Enumerable.Range(0, 4096).SelectMany(call => EmptyEcho(stream + (uint)call))]);
            }
        });

        cut.Should().BeOfType<SocketException>("the host hangs up");
        (await _log.Ended.Soon("the connection's end")).Should().Contain(nameof(DisconnectReason.PeerNotReading));
        await honest.MakeOneMoreAsync();
    }

    [Fact]
    public async Task A_client_that_breaks_the_protocol_and_reads_nothing_is_not_waited_for()
    {
        Serve(options => (options.HeartbeatInterval, options.HeartbeatTimeout) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1)));
        await using var honest = await HonestCalls.StartAsync(_endpoint);
        using var peer = await RawPeer.ConnectAsync(_endpoint, sharesMemory: false);
        for (var stream = 1u; stream <= 60; stream++)
        {
            await peer.CallAsync(stream, "Echo", new Plain { Payload = ByteString.CopyFrom(new byte[30_000]) });
        }

        await peer.SendAsync((FrameType)99);

        (await _log.Ended.Soon("the connection's end")).Should().Contain(nameof(DisconnectReason.PeerViolation));
        await honest.MakeOneMoreAsync();
    }

    [Fact]
    public async Task A_client_that_says_nothing_after_its_handshake_is_given_up()
    {
        Serve(options =>
        {
            options.HeartbeatInterval = TimeSpan.FromMilliseconds(50);
            options.HeartbeatTimeout = TimeSpan.FromSeconds(2);
        });
        await using var honest = await HonestCalls.StartAsync(_endpoint);
        using var peer = await RawPeer.ConnectAsync(_endpoint, sharesMemory: false);
        await peer.CallAsync(1, "Ignore", null);

        (await peer.ReadAsync()).Should().BeFalse("the host asks in vain, and hangs up");

        (await _log.Ended.Soon("the connection's end")).Should().Contain(nameof(DisconnectReason.HeartbeatTimeout));
        await honest.MakeOneMoreAsync();
    }

    [Fact]
    public async Task Clients_that_say_nothing_take_places_for_no_longer_than_the_handshake_timeout()
    {
        Serve(options => (options.MaxConnections, options.HandshakeTimeout) = (4, TimeSpan.FromSeconds(3)));
        await using var honest = await HonestCalls.StartAsync(_endpoint);
        var mute = new List<Socket>();
        for (var client = 0; client < 3; client++)
        {
            mute.Add(await _endpoint.ConnectAsync(Stop));
        }

        await using var late = new HyperVChannel(new HyperVChannelOptions { Endpoint = _endpoint });
        var refused = await Record.ExceptionAsync(() => late.ConnectAsync(Stop).Soon("the refusal"));
        foreach (var socket in mute)
        {
            (await socket.ReceiveAsync(new byte[1]).Soon("the host to hang up")).Should().Be(0);
            socket.Dispose();
        }

        refused.Should().BeOfType<RpcException>().Which.Status.Detail.Should().Contain("MaxConnections");

        // The host hangs up a moment before the place is free.
        await Patience.Until(async () => await Record.ExceptionAsync(() => late.ConnectAsync(Stop)) is null, "a place");
        await honest.MakeOneMoreAsync();
    }

    [Fact]
    public async Task Bytes_that_change_while_they_are_read_harm_nobody_but_their_sender()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A memfd needs Linux.");
        Serve();
        await using var honest = await HonestCalls.StartAsync(_endpoint);
        using var peer = await RawPeer.ConnectAsync(_endpoint, sharesMemory: true);
        await using var scribbler = new Scribbler(peer.Mapping!, MappingLayout.RequestStart, 64 * 1024);

        for (var stream = 1u; stream <= 300; stream++)
        {
            await (stream % 2 == 0 ? EchoInPlaceAsync(peer, stream) : ReadBufferAsync(peer, stream));
            await SkipToTrailersAsync(peer, stream);
            ((StatusCode)peer.Header.Code).Should().BeOneOf(StatusCode.OK, StatusCode.Internal);
        }

        await honest.MakeOneMoreAsync();
    }

    [Fact]
    public async Task Buffers_that_overlap_harm_nobody_but_their_sender()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A memfd needs Linux.");
        Serve();
        await using var honest = await HonestCalls.StartAsync(_endpoint);
        using var peer = await RawPeer.ConnectAsync(_endpoint, sharesMemory: true);
        await peer.CallAsync(1, "Ignore", null);
        await peer.SendAsync(FrameType.Message, FrameFlags.Lends, stream: 1, body:
        [
            2, 0, 0, 0, .. HostileClientAttacks.Descriptor(1, MappingLayout.RequestStart, 8192),
            .. HostileClientAttacks.Descriptor(2, MappingLayout.RequestStart + 4096, 8192),
        ]);

        await ReadBufferAsync(peer, 3);
        await SkipToTrailersAsync(peer, 3);

        ((StatusCode)peer.Header.Code).Should().Be(StatusCode.OK);
        await honest.MakeOneMoreAsync();
    }

    [Fact]
    public async Task A_buffer_that_the_host_lent_to_one_client_is_not_another_s_to_give_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A memfd needs Linux.");
        Serve();
        await using var honest = await HonestCalls.StartAsync(_endpoint);
        using var owner = await RawPeer.ConnectAsync(_endpoint, sharesMemory: true);
        await owner.CallAsync(1, "Echo", new Plain { Payload = ByteString.CopyFrom(new byte[50_000]) });
        await SkipToTrailersAsync(owner, 1);
        var lease = BufferDescriptor.Read(owner.Body).Lease;
        using var thief = await RawPeer.ConnectAsync(_endpoint, sharesMemory: true);

        await thief.SendAsync(FrameType.Release, body: RawPeer.Release(lease, 1));

        (await thief.ReadViolationAsync()).Should().Contain($"lease {lease} was released");
        await owner.SendAsync(FrameType.Release, body: RawPeer.Release(lease, 1));
        await owner.CallAsync(2, "Echo", new Plain());
        await SkipToTrailersAsync(owner, 2);
        await honest.MakeOneMoreAsync();
    }

    private static byte[] EmptyEcho(uint stream)
    {
        var header = new byte[FrameHeader.Size];
        new FrameHeader(FrameType.Call, FrameFlags.Message | FrameFlags.EndOfStream, 1, stream, 0, 0).Write(header);
        return header;
    }

    private static Task EchoInPlaceAsync(RawPeer peer, uint stream) => CallAsync(
        peer, stream, "Echo", FrameFlags.Shared, HostileClientAttacks.Descriptor(stream, MappingLayout.RequestStart, 64 * 1024));

    private static Task ReadBufferAsync(RawPeer peer, uint stream) => CallAsync(peer, stream, "Read", FrameFlags.Lends,
    [
        .. HostileClientAttacks.Lend(stream, MappingLayout.RequestStart, 1024),
        .. new Shape { Single = new BufferRef { Lease = stream, Offset = MappingLayout.RequestStart, Length = 1024 } }.ToByteArray(),
    ]);

    private static Task CallAsync(RawPeer peer, uint stream, string method, FrameFlags flags, byte[] body)
    {
        using var head = new PooledBytes(64);
        new CallHead(0, "/winapi.shapes.Target/" + method, null).Write(head);
        return peer.SendAsync(
            FrameType.Call, FrameFlags.DefinesMethod | FrameFlags.Message | FrameFlags.EndOfStream | flags, 1, stream,
            head.WrittenSpan.ToArray(), body);
    }

    private static async Task SkipToTrailersAsync(RawPeer peer, uint stream)
    {
        do
        {
            (await peer.ReadAsync()).Should().BeTrue();
        }
        while (peer.Header.Type != FrameType.Trailers || peer.Header.Stream != stream);
        if (stream != 1 && peer.Header.Flags.HasFlag(FrameFlags.Shared))
        {
            await peer.SendAsync(FrameType.Release, body: RawPeer.Release(BufferDescriptor.Read(peer.Body).Lease, 1));
        }
    }

    private void Serve(Action<HyperVServerOptions>? change = null)
    {
        var options = new HyperVServerOptions
        {
            Endpoints = { _endpoint },
            MaxConcurrentCallsPerConnection = 10,
            LoggerFactory = _log,
        };
        change?.Invoke(options);
        _server = new HyperVServer(options);
        Target.BindService(_server.Services, new TargetService());
        _server.Start();
    }
}
