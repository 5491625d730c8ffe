using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Memory.Backends;
using WinApi.Transport.HyperV.Tests.HostilePeers;

namespace WinApi.Transport.HyperV.Tests.Memory;

/// <summary>Which memory two peers end up with.</summary>
public sealed class MemoryKindsTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");
    private readonly List<IAsyncDisposable> _open = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string SharedFile => Path.Combine(_folder.FullName, "shared");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var item in Enumerable.Reverse(_open))
        {
            await item.DisposeAsync().AsTask().Soon("disposal");
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Over_tcp_a_file_that_both_can_open_is_shared()
    {
        var host = StartServer();

        var connection = await Connect(host, SharedFile);

        connection.Memory.Should().Be("file");
        connection.MemoryReason.Should().BeNull();
        connection.MemoryAttempts.Select(attempt => attempt.Kind).Should().Equal("memfd", "wslg", "file");
        connection.MemoryAttempts.Select(attempt => attempt.Problem is null).Should().Equal(false, false, true);
        new FileInfo(SharedFile).Length.Should().Be(1 << 20);
    }

    [Fact]
    public async Task Each_connection_has_a_part_of_the_file_of_its_own_and_gives_it_back()
    {
        var host = StartServer();
        for (var round = 0; round < 5; round++)
        {
            var channels = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Open(host, SharedFile)));
            channels.Select(channel => channel.Connection!.MemoryReason).Should().OnlyContain(reason => reason == null);
            await Exchange(channels);
            foreach (var channel in channels)
            {
                await channel.DisposeAsync();
            }

            await Patience.Until(() => host.ConnectionCount == 0, "the host to see all connections end");
        }
    }

    [Fact]
    public async Task When_the_file_is_full_bytes_travel_inline_and_the_reason_says_so()
    {
        var host = StartServer();
        await using var first = await Open(host, SharedFile, 800 * 1024);

        await using var second = await Open(host, SharedFile, 800 * 1024);

        first.Connection!.Memory.Should().Be("file");
        second.Connection!.Memory.Should().Be("none");
        second.Connection.MemoryReason.Should().Contain(SharedFile).And.Contain("not in use");
    }

    [Fact]
    public async Task A_file_that_is_not_the_hosts_is_found_out()
    {
        var host = StartServer();
        var other = Path.Combine(_folder.FullName, "other");
        await using (var file = File.Create(other))
        {
            file.SetLength(1 << 20);
        }

        var connection = await Connect(host, other);

        connection.Memory.Should().Be("none");
        connection.MemoryReason.Should().Contain("file: the host does not see the client's writes");
    }

    [Fact]
    public async Task A_file_that_is_too_short_or_not_there_is_not_mapped()
    {
        var host = StartServer();
        var other = Path.Combine(_folder.FullName, "short");
        await File.WriteAllBytesAsync(other, new byte[4096], Stop);

        (await Connect(host, other)).MemoryReason.Should().Contain("it is not the same file");
        (await Connect(host, Path.Combine(_folder.FullName, "missing"))).MemoryReason.Should().Contain("missing");
    }

    [Fact]
    public async Task A_file_that_others_can_write_and_so_cut_short_is_not_mapped_by_client_or_host()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere a mapped file cannot be cut short.");
        var host = StartServer();
        (await Connect(host, SharedFile)).Memory.Should().Be("file");
        new FileInfo(SharedFile).UnixFileMode.Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        if (!OperatingSystem.IsWindows())
        {
            new FileInfo(SharedFile).UnixFileMode |= UnixFileMode.OtherWrite;
        }

        (await Connect(host, SharedFile)).MemoryReason.Should().Contain($"chmod 600 {SharedFile}");
        await host.DisposeAsync();

        var next = StartServer();
        (await Connect(next, SharedFile)).MemoryReason.Should().Contain("can be written by others than its owner");
    }

    [Fact]
    public async Task A_host_told_to_share_one_kind_only_declines_the_others()
    {
        var host = StartServer(SharedMemoryMode.File, unix: true);
        await using var channel = await Open(host, file: null);

        channel.Connection!.Memory.Should().Be("none");
        channel.Connection.MemoryReason.Should().Contain("memfd: the host did not take it: this kind is switched off by the host");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Memory_that_only_seems_to_be_shared_is_rejected_and_the_next_kind_is_tried(bool hostWritesAreSeen)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A memfd needs Linux.");
        using var pair = new SocketPair();
        using var other = new SocketStream(pair.Bare, passesDescriptors: true);
        MemoryBackend[] stale = [new StaleBackend(Path.Combine(_folder.FullName, "stale"), hostWritesAreSeen), new MemfdBackend()];
        var settings = RawPeer.Settings(sharesMemory: true) with { MemoryBackends = stale };

        var client = ClientHandshake.RunAsync(pair.Held, settings, requiresToken: false, Stop);
        var host = HostHandshake.RunAsync(other, settings, new HostAdmission(), Stop);

        foreach (var agreed in (HandshakeResult[])[await client.Soon("the client"), await host.Soon("the host")])
        {
            agreed.Memory.Kind.Should().Be("memfd");
            agreed.Memory.Attempts.Should().HaveCount(2);
            agreed.Memory.Attempts[0].Problem.Should().Contain("does not see");
            agreed.Memory.Attempts[1].Problem.Should().BeNull();
            agreed.Memory.Mapping!.Release();
            agreed.Reader.Dispose();
        }
    }

    [Fact]
    public void The_dax_window_is_found_among_the_mounts()
    {
        const string mounts = """
            /dev/sdc / ext4 rw 0 0
            wslg /mnt/plain virtiofs rw,relatime 0 0
            wslg /mnt/wslg\040shm virtiofs rw,relatime,dax=always 0 0
            """;

        WslgDaxBackend.FindWindow(mounts).Should().Be("/mnt/wslg shm");
        WslgDaxBackend.FindWindow("other /mnt/x virtiofs rw,dax 0 0").Should().BeNull();
    }

    private static async Task Exchange(HyperVChannel[] channels)
    {
        var buffers = await Task.WhenAll(channels.Select(channel => channel.RentBufferAsync(4096, Stop).AsTask()));
        for (var i = 0; i < buffers.Length; i++)
        {
            buffers[i].Span.Fill((byte)(i + 1));
        }

        for (var i = 0; i < buffers.Length; i++)
        {
            buffers[i].Span.ToArray().Should().OnlyContain(value => value == i + 1);
            buffers[i].Dispose();
        }
    }

    private HyperVServer StartServer(SharedMemoryMode mode = SharedMemoryMode.Auto, bool unix = false)
    {
        var server = new HyperVServer(new HyperVServerOptions
        {
            Endpoints = { TransportEndpoint.Parse(unix ? $"unix://{_folder.FullName}/host.sock" : "tcp://127.0.0.1:0") },
            SharedMemory = mode,
            SharedMemoryFile = SharedFile,
            MaxSharedMemoryBytes = 1 << 20,
        });
        server.Start();
        _open.Add(server);
        return server;
    }

    private async Task<ConnectionInfo> Connect(HyperVServer host, string? file)
    {
        var channel = await Open(host, file);
        return channel.Connection!;
    }

    private async Task<HyperVChannel> Open(HyperVServer host, string? file, long bytes = 128 * 1024)
    {
        var channel = new HyperVChannel(new HyperVChannelOptions
        {
            Endpoint = host.BoundEndpoints[0],
            SharedMemoryFile = file,
            SharedMemoryBytes = bytes,
        });
        _open.Add(channel);
        await channel.ConnectAsync(Stop).Soon("connecting");
        return channel;
    }
}
