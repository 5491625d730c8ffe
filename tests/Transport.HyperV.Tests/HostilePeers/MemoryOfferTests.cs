using Google.Protobuf;
using Microsoft.Win32.SafeHandles;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Memory.Backends;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Tests.HostilePeers;

/// <summary>What a host makes of memory that is not what it should be.</summary>
public sealed class MemoryOfferTests : IAsyncLifetime
{
    private static readonly Guid Session = Guid.NewGuid();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");
    private readonly TransportEndpoint _endpoint;
    private readonly HyperVServer _server;

    public MemoryOfferTests()
    {
        _endpoint = TransportEndpoint.Parse($"unix://{_folder.FullName}/host.sock");
        _server = new HyperVServer(new HyperVServerOptions
        {
            Endpoints = { _endpoint },
            HandshakeTimeout = TimeSpan.FromSeconds(20),
            MaxSharedMemoryBytes = 1 << 20,
            SharedMemoryFile = Path.Combine(_folder.FullName, "shared"),
        });
    }

    private static MappingLayout Layout => new(64 * 1024, 64 * 1024);

    private static byte[] Key => Session.ToByteArray();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A memfd needs Linux.");
        _server.Start();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().AsTask().Soon("the server's end");
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task An_offer_without_a_descriptor_is_declined_with_the_reason()
    {
        using var client = await Connect(Layout);

        var reply = await client.OfferAsync(MemoryKind.Memfd);

        reply.Taken.Should().BeFalse();
        reply.Refusal.Should().Contain("no memory descriptor");
    }

    [Fact]
    public async Task A_file_that_could_be_cut_under_the_host_is_declined()
    {
        using var file = new FileStream(
            Path.Combine(_folder.FullName, "file"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1,
            FileOptions.DeleteOnClose);
        file.SetLength(Layout.TotalBytes);
        using var client = await Connect(Layout);

        var reply = await client.OfferAsync(MemoryKind.Memfd, file.SafeFileHandle);

        reply.Taken.Should().BeFalse();
        reply.Refusal.Should().NotBeEmpty();
    }

    [Fact]
    public async Task Huge_pages_which_could_be_punched_out_under_the_host_are_declined()
    {
        using var descriptor = CreateOfHugePages();
        Assert.SkipWhen(descriptor.IsInvalid, "The kernel has no huge pages.");
        using var client = await Connect(Layout);

        var reply = await client.OfferAsync(MemoryKind.Memfd, descriptor);

        reply.Taken.Should().BeFalse();
        reply.Refusal.Should().Contain("ordinary pages");
    }

    [Fact]
    public async Task Memory_taken_for_a_client_that_cannot_be_told_is_free_for_the_next()
    {
        for (var round = 0; round < 5; round++)
        {
            using var client = await Connect(Layout);
            client.StopReading();
            client.Send(new MemoryOffer { Kind = MemoryKind.File });
        }

        var whole = System.Diagnostics.Stopwatch.StartNew();
        bool taken;
        do
        {
            using var next = await Connect(Layout);
            taken = (await next.OfferAsync(MemoryKind.File)).Taken; // the host may not have tried to tell all yet
        }
        while (!taken && whole.Elapsed < Patience.Limit);

        taken.Should().BeTrue();
    }

    [Fact]
    public async Task Memory_of_another_size_than_announced_is_declined()
    {
        var mapping = Create(Layout.TotalBytes + 4096, out var descriptor);
        using var client = await Connect(Layout);

        var reply = await client.OfferAsync(MemoryKind.Memfd, descriptor);

        reply.Taken.Should().BeFalse();
        reply.Refusal.Should().Contain($"{Layout.TotalBytes}");
        mapping.Release();
    }

    [Fact]
    public async Task More_memory_than_the_host_accepts_is_declined_with_the_limits_name()
    {
        using var client = await Connect(new MappingLayout(1 << 20, 1 << 20));

        var reply = await client.OfferAsync(MemoryKind.Memfd);

        reply.Taken.Should().BeFalse();
        reply.Refusal.Should().Contain("MaxSharedMemoryBytes").And.Contain($"{1 << 20}");
    }

    [Fact]
    public async Task Wslg_memory_is_declined_by_a_host_that_is_not_on_windows()
    {
        using var client = await Connect(Layout);

        var reply = await client.OfferAsync(MemoryKind.WslgDax, name: new string('a', 32));

        reply.Taken.Should().BeFalse();
        reply.Refusal.Should().Contain("Windows");
    }

    [Fact]
    public async Task A_kind_of_memory_that_nobody_knows_is_declined()
    {
        using var client = await Connect(Layout);

        var reply = await client.OfferAsync((MemoryKind)77);

        reply.Taken.Should().BeFalse();
        reply.Refusal.Should().NotBeEmpty();
    }

    [Fact]
    public async Task A_client_that_offers_for_ever_is_hung_up_on()
    {
        using var client = await Connect(Layout);
        for (var offer = 0; offer < 8; offer++)
        {
            await client.OfferAsync(MemoryKind.Memfd);
        }

        client.Send(new MemoryOffer { Kind = MemoryKind.Memfd });

        (await client.HangsUpAsync()).Should().BeTrue();
    }

    [Fact]
    public async Task Memory_without_the_header_announced_is_not_used()
    {
        var mapping = Create(Layout.TotalBytes, out var descriptor);
        Layout.WriteHeader(mapping, Guid.NewGuid());
        using var client = await Connect(Layout);
        await Take(client, descriptor);
        await Answer(client, mapping);

        var verdict = await Conclude(client, mapping);

        verdict.Shared.Should().BeFalse();
        verdict.Reason.Should().Contain("header");
        mapping.Release();
    }

    [Fact]
    public async Task A_client_that_does_not_see_the_hosts_writes_gets_no_shared_memory()
    {
        var mapping = Create(Layout.TotalBytes, out var descriptor);
        Layout.WriteHeader(mapping, Session);
        using var client = await Connect(Layout);
        await Take(client, descriptor);

        // The client answers from a copy of its own.
        for (var round = 0; round < CoherenceProof.Rounds; round++)
        {
            await client.ReceiveAsync(MemoryChallenge.Parser);
            client.Send(new MemoryAnswer { Digest = ByteString.CopyFrom(new byte[32]) });
        }

        var verdict = await Conclude(client, mapping);

        verdict.Shared.Should().BeFalse();
        verdict.Reason.Should().Contain("does not see");
        mapping.Release();
    }

    [Fact]
    public async Task A_client_that_does_not_take_its_turns_gets_no_shared_memory()
    {
        var mapping = Create(Layout.TotalBytes, out var descriptor);
        Layout.WriteHeader(mapping, Session);
        using var client = await Connect(Layout);
        await Take(client, descriptor);
        await Answer(client, mapping);
        (await Conclude(client, mapping)).Shared.Should().BeTrue();

        // It says at once that it has made its last turn, the third.
        BitConverter.TryWriteBytes(mapping.GetSpan(MappingLayout.RequestStart, 4), 0x8000_0003u);
        client.Send(new MemoryVerdict { Shared = true });
        var verdict = await client.ReceiveAsync(MemoryVerdict.Parser);

        verdict.Shared.Should().BeFalse();
        verdict.Reason.Should().Contain("turn");
        mapping.Release();
    }

    [Fact]
    public async Task A_challenge_about_bytes_outside_the_clients_region_ends_the_handshake()
    {
        var mapping = Create(Layout.TotalBytes, out var descriptor);
        Layout.WriteHeader(mapping, Session);
        using var client = await Connect(Layout);
        await Take(client, descriptor);
        await Answer(client, mapping);

        client.Send(new MemoryChallenge { Offsets = { ulong.MaxValue - 8 } });

        (await client.HangsUpAsync()).Should().BeTrue();
        mapping.Release();
    }

    [Fact]
    public async Task After_memory_that_failed_another_kind_can_be_offered()
    {
        var mapping = Create(Layout.TotalBytes, out var descriptor);
        using var client = await Connect(Layout);
        await Take(client, descriptor);
        await Answer(client, mapping);
        (await Conclude(client, mapping)).Shared.Should().BeFalse(); // no header was written

        var reply = await client.OfferAsync(MemoryKind.File);

        reply.Taken.Should().BeTrue();
        (reply.Offset % (64 * 1024)).Should().Be(0);
        mapping.Release();
    }

    private static SafeFileHandle CreateOfHugePages()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException();
        }

        const uint hugePages = 0x4; // MFD_HUGETLB, linux/memfd.h
        var number = LinuxMemory.MemfdCreate("winapi", LinuxMemory.CloseOnExec | LinuxMemory.AllowSealing | hugePages);
        var descriptor = new SafeFileHandle(number, ownsHandle: true);
        if (!descriptor.IsInvalid)
        {
            LinuxMemory.Control(descriptor, LinuxMemory.AddSeals, LinuxMemory.SealShrink | LinuxMemory.SealGrow).Should().Be(0);
        }

        return descriptor;
    }

    private static SharedMapping Create(long length, out SafeFileHandle descriptor) =>
        OperatingSystem.IsLinux() ? MemfdBackend.Create(length, out descriptor)
            : throw new PlatformNotSupportedException();

    private static async Task Take(HandClient client, SafeFileHandle descriptor) =>
        (await client.OfferAsync(MemoryKind.Memfd, descriptor)).Taken.Should().BeTrue();

    private static Task Answer(HandClient client, SharedMapping mapping) =>
        Task.Run(() => MemoryProof.Answer(client.Channel, mapping, Layout.ResponseStart, Layout.ResponseBytes, Key), Stop)
            .Soon("the host's challenges");

    /// <summary>The client's own proof, which the host sees, and the verdicts.</summary>
    private static async Task<MemoryVerdict> Conclude(HandClient client, SharedMapping mapping)
    {
        (await Task.Run(
            () => MemoryProof.Prove(client.Channel, mapping, MappingLayout.RequestStart, Layout.RequestBytes, Key), Stop).Soon("the host's answers"))
            .Should().BeTrue();
        CoherenceTurns.Reset(mapping, MappingLayout.RequestStart);
        client.Send(new MemoryVerdict { Shared = true });
        return await client.ReceiveAsync(MemoryVerdict.Parser);
    }

    private async Task<HandClient> Connect(MappingLayout layout)
    {
        var client = await HandClient.ConnectAsync(_endpoint);
        (await client.SayHelloAsync(HandClient.Hello(layout, Session))).Refusal.Should().BeNull();
        return client;
    }
}
