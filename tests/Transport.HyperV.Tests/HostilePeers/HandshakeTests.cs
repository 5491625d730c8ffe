using Google.Protobuf;
using Microsoft.Win32.SafeHandles;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Tests.HostilePeers;

/// <summary>What a host makes of hellos that are not what they should be.</summary>
public sealed class HandshakeTests : IAsyncLifetime
{
    private static readonly Guid Session = Guid.NewGuid();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");
    private readonly TransportEndpoint _endpoint;
    private readonly HyperVServer _server;

    public HandshakeTests()
    {
        _endpoint = TransportEndpoint.Parse($"unix://{_folder.FullName}/host.sock");
        _server = new HyperVServer(new HyperVServerOptions
        {
            Endpoints = { _endpoint },
            HandshakeTimeout = TimeSpan.FromSeconds(20),
            MaxSharedMemoryBytes = 1 << 20,
        });
        Target.BindService(_server.Services, new TargetService());
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static MappingLayout Layout => new(64 * 1024, 64 * 1024);

    public ValueTask InitializeAsync()
    {
        _server.Start();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().AsTask().Soon("the server's end");
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(2u, 5u)]
    [InlineData(0u, 0u)]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    public async Task A_client_of_another_version_is_refused_with_both_versions(uint lowest, uint highest)
    {
        var host = await Say(hello => (hello.MinVersion, hello.MaxVersion) = (lowest, highest));

        host.Refusal.StatusCode.Should().Be((uint)StatusCode.FailedPrecondition);
        host.Refusal.Message.Should().Contain($"{lowest}").And.Contain($"{highest}").And.Contain("1");
    }

    [Theory]
    [InlineData(0ul, 4096ul)]
    [InlineData(4096ul, 0ul)]
    [InlineData(4097ul, 4096ul)]
    [InlineData(ulong.MaxValue, ulong.MaxValue)]
    [InlineData(1ul << 63, 4096ul)]
    [InlineData(1ul << 31, 1ul << 31)]
    public async Task Regions_that_no_mapping_could_have_are_refused(ulong request, ulong response)
    {
        var host = await Say(hello => (hello.RequestRegionBytes, hello.ResponseRegionBytes) = (request, response));

        host.Refusal.StatusCode.Should().Be((uint)StatusCode.InvalidArgument);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(17)]
    public async Task A_session_that_is_not_16_bytes_is_refused(int length)
    {
        var host = await Say(hello => hello.SessionId = ByteString.CopyFrom(new byte[length]));

        host.Refusal.StatusCode.Should().Be((uint)StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task A_memory_offer_without_a_descriptor_is_declined_with_the_reason()
    {
        var host = await Say(hello => hello.Memory = MemoryKind.Memfd);

        host.Refusal.Should().BeNull();
        host.Memory.Should().Be(MemoryKind.None);
        host.MemoryRefusal.Should().Contain("no memory descriptor");
    }

    [Fact]
    public async Task A_file_that_could_be_cut_under_the_host_is_declined()
    {
        NeedsLinux();
        using var file = new FileStream(
            Path.Combine(_folder.FullName, "file"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1,
            FileOptions.DeleteOnClose);
        file.SetLength(Layout.TotalBytes);

        var host = await Say(hello => hello.Memory = MemoryKind.Memfd, file.SafeFileHandle);

        host.Memory.Should().Be(MemoryKind.None);
        host.MemoryRefusal.Should().NotBeEmpty();
    }

    [Fact]
    public async Task Memory_of_another_size_than_announced_is_declined()
    {
        NeedsLinux();
        var mapping = Create(Layout.TotalBytes + 4096, out var descriptor);

        var host = await Say(hello => hello.Memory = MemoryKind.Memfd, descriptor);

        host.Memory.Should().Be(MemoryKind.None);
        host.MemoryRefusal.Should().Contain($"{Layout.TotalBytes}");
        mapping.Release();
    }

    [Fact]
    public async Task Memory_without_the_header_announced_is_declined()
    {
        NeedsLinux();
        var mapping = Create(Layout.TotalBytes, out var descriptor);
        Layout.WriteHeader(mapping, Guid.NewGuid());

        var host = await Say(hello => hello.Memory = MemoryKind.Memfd, descriptor);

        host.Memory.Should().Be(MemoryKind.None);
        host.MemoryRefusal.Should().Contain("header");
        mapping.Release();
    }

    [Fact]
    public async Task More_memory_than_the_host_accepts_is_declined_with_the_limits_name()
    {
        var host = await Say(hello =>
            (hello.Memory, hello.RequestRegionBytes, hello.ResponseRegionBytes) = (MemoryKind.Memfd, 1 << 20, 1 << 20));

        host.Memory.Should().Be(MemoryKind.None);
        host.MemoryRefusal.Should().Contain("MaxSharedMemoryBytes").And.Contain($"{1 << 20}");
    }

    [Fact]
    public async Task A_client_that_does_not_see_the_hosts_writes_gets_no_shared_memory()
    {
        NeedsLinux();
        var mapping = Create(Layout.TotalBytes, out var descriptor);
        Layout.WriteHeader(mapping, Session);
        using var socket = await _endpoint.ConnectAsync(Stop);
        var stream = new SocketStream(socket, passesDescriptors: true);
        using var reader = new FrameReader(stream, 64 * 1024);
        var channel = new HandshakeChannel(stream, reader);
        await channel.SendPrefaceAsync(Hello(hello => hello.Memory = MemoryKind.Memfd), descriptor, Stop);
        (await channel.ReceiveAsync(HostHello.Parser, Stop).Soon("the host's hello")).Memory.Should()
            .Be(MemoryKind.Memfd);

        // The client answers from a copy of its own.
        for (var round = 0; round < CoherenceProof.Rounds; round++)
        {
            await channel.ReceiveAsync(MemoryChallenge.Parser, Stop).Soon("a challenge");
            await channel.SendAsync(new MemoryAnswer { Digest = ByteString.CopyFrom(new byte[32]) }, Stop);
        }

        await channel.ProveAsync(mapping, MappingLayout.RequestStart, Layout.RequestBytes, Session, Stop)
            .Soon("the host's answers");
        await channel.SendAsync(new MemoryVerdict { Shared = true }, Stop);
        var verdict = await channel.ReceiveAsync(MemoryVerdict.Parser, Stop).Soon("the verdict");

        verdict.Shared.Should().BeFalse();
        verdict.Reason.Should().Contain("does not see");
        mapping.Release();
    }

    [Fact]
    public async Task A_challenge_about_bytes_outside_the_clients_region_ends_the_handshake()
    {
        NeedsLinux();
        var mapping = Create(Layout.TotalBytes, out var descriptor);
        Layout.WriteHeader(mapping, Session);
        using var socket = await _endpoint.ConnectAsync(Stop);
        var stream = new SocketStream(socket, passesDescriptors: true);
        using var reader = new FrameReader(stream, 64 * 1024);
        var channel = new HandshakeChannel(stream, reader);
        await channel.SendPrefaceAsync(Hello(hello => hello.Memory = MemoryKind.Memfd), descriptor, Stop);
        await channel.ReceiveAsync(HostHello.Parser, Stop).Soon("the host's hello");
        await channel.AnswerAsync(mapping, Layout.ResponseStart, Layout.ResponseBytes, Session, Stop)
            .Soon("the host's challenges");

        await channel.SendAsync(new MemoryChallenge { Offsets = { ulong.MaxValue - 8 } }, Stop);

        (await reader.ReadAsync(Stop).AsTask().Soon("the host to hang up")).Should().BeFalse();
        mapping.Release();
    }

    [Theory]
    [InlineData(0u, 1u << 20, 1ul << 20)]
    [InlineData(1u << 20, 0u, 1ul << 20)]
    [InlineData(1u << 20, uint.MaxValue, 1ul << 20)]
    [InlineData(1u << 20, 1u << 20, 0ul)]
    public async Task Limits_that_no_call_could_keep_end_the_handshake(uint frame, uint window, ulong message)
    {
        using var socket = await _endpoint.ConnectAsync(Stop);
        var stream = new SocketStream(socket, passesDescriptors: false);
        using var reader = new FrameReader(stream, 64 * 1024);
        var channel = new HandshakeChannel(stream, reader);
        await channel.SendPrefaceAsync(
            Hello(hello => (hello.Limits.MaxFrameBytes, hello.Limits.InitialWindowBytes,
                hello.Limits.MaxMessageBytes) = (frame, window, message)), null, Stop);

        var closed = Task.Run(
            async () =>
            {
                while (await reader.ReadAsync(Stop))
                {
                    reader.Header.Type.Should().Be(FrameType.Handshake);
                }
            },
            Stop);

        await closed.Soon("the host to hang up");
    }

    [Fact]
    public async Task A_client_that_says_nothing_is_hung_up_on_after_the_handshake_timeout()
    {
        var endpoint = TransportEndpoint.Parse($"unix://{_folder.FullName}/impatient.sock");
        await using var impatient = new HyperVServer(
            new HyperVServerOptions { Endpoints = { endpoint }, HandshakeTimeout = TimeSpan.FromMilliseconds(100) });
        impatient.Start();
        using var mute = await endpoint.ConnectAsync(Stop);

        (await mute.ReceiveAsync(new byte[1], Stop).AsTask().Soon("the host to hang up")).Should().Be(0);
    }

    [Fact]
    public async Task Descriptors_that_nobody_asked_for_are_not_kept()
    {
        NeedsLinux();
        var before = OpenDescriptors();
        for (var round = 0; round < 20; round++)
        {
            using var file = File.OpenHandle("/dev/null");
            using var socket = await _endpoint.ConnectAsync(Stop);
            var stream = new SocketStream(socket, passesDescriptors: true);
            await stream.SendWithDescriptorAsync("nothing of sense"u8.ToArray(), file, Stop);
            (await socket.ReceiveAsync(new byte[1], Stop).AsTask().Soon("the host to hang up")).Should().Be(0);
        }

        // Other tests of this process open and close descriptors too, but not twenty for good.
        var whole = System.Diagnostics.Stopwatch.StartNew();
        while (OpenDescriptors() > before + 15 && whole.Elapsed < Patience.Limit)
        {
            await Task.Delay(20, Stop);
        }

        OpenDescriptors().Should().BeLessThanOrEqualTo(before + 15);
    }

    private static int OpenDescriptors() => Directory.GetFiles("/proc/self/fd")
        .Count(path => ReadLink(path) == "/dev/null");

    private static string? ReadLink(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void NeedsLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "A memfd needs Linux.");

    private static SharedMapping Create(long length, out SafeFileHandle descriptor) =>
        OperatingSystem.IsLinux() ? SharedMapping.Create(length, out descriptor)
            : throw new PlatformNotSupportedException();

    private static ClientHello Hello(Action<ClientHello> change)
    {
        var hello = new ClientHello
        {
            MinVersion = 1,
            MaxVersion = 1,
            SessionId = ByteString.CopyFrom(Session.ToByteArray()),
            RequestRegionBytes = (ulong)Layout.RequestBytes,
            ResponseRegionBytes = (ulong)Layout.ResponseBytes,
            Limits = RawPeer.Settings(sharesMemory: false).ToLimits(),
            Agent = "a test",
        };
        change(hello);
        return hello;
    }

    private async Task<HostHello> Say(Action<ClientHello> change, SafeFileHandle? descriptor = null)
    {
        using var socket = await _endpoint.ConnectAsync(Stop);
        var stream = new SocketStream(socket, OperatingSystem.IsLinux());
        using var reader = new FrameReader(stream, 64 * 1024);
        var channel = new HandshakeChannel(stream, reader);
        await channel.SendPrefaceAsync(Hello(change), descriptor, Stop);
        return await channel.ReceiveAsync(HostHello.Parser, Stop).Soon("the host's hello");
    }
}
