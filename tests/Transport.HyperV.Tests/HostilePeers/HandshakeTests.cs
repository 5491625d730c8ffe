using Google.Protobuf;
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
        var hello = HandClient.Hello(Layout, Session);
        (hello.Limits.MaxFrameBytes, hello.Limits.InitialWindowBytes, hello.Limits.MaxMessageBytes) = (frame, window, message);
        channel.SendPreface(hello);

        var closed = Task.Run(
            () =>
            {
                while (reader.Read(stream))
                {
                    reader.Header.Type.Should().Be(FrameType.Handshake);
                }
            },
            Stop);

        await closed.Soon("the host to hang up");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public async Task A_nonce_that_is_not_32_bytes_is_refused(int length)
    {
        var host = await Say(hello => hello.Nonce = ByteString.CopyFrom(new byte[length]));

        host.Refusal.StatusCode.Should().Be((uint)StatusCode.InvalidArgument);
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
            stream.Send("nothing of sense"u8, file);
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

    private async Task<HostHello> Say(Action<ClientHello> change)
    {
        using var client = await HandClient.ConnectAsync(_endpoint);
        var hello = HandClient.Hello(Layout, Session);
        change(hello);
        return await client.SayHelloAsync(hello);
    }
}
