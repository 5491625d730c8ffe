using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Tests.HostilePeers;

/// <summary>What a hostile client sends after a good handshake, and a part of the reason the host must name.</summary>
internal static class HostileClientAttacks
{
    private const FrameFlags Message = FrameFlags.Message;

    /// <summary>Attacks that work whether memory is shared or not.</summary>
    public static Dictionary<string, (string Reason, Func<RawPeer, Task> Attack)> Anywhere { get; } = new()
    {
        ["an unknown frame type"] = ("frame type 99", peer => peer.SendAsync((FrameType)99)),
        ["frame type 0"] = ("frame type 0", peer => peer.SendAsync(0)),
        ["a handshake message after the handshake"] = ("frame type 1", peer => peer.SendAsync(FrameType.Handshake)),
        ["response headers from a client"] = ("frame type 3", peer => peer.SendAsync(FrameType.Headers, stream: 1)),
        ["trailers from a client"] = ("frame type 5", peer => peer.SendAsync(FrameType.Trailers, stream: 1)),
        ["a frame of 2 GiB"] =
            ("announces", peer => peer.SendBytesAsync([0xFF, 0xFF, 0xFF, 0x7F, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])),
        ["a frame of 4 GiB"] =
            ("announces", peer => peer.SendBytesAsync([0xFF, 0xFF, 0xFF, 0xFF, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])),
        ["a head longer than its frame"] =
            ("head of 5", peer => peer.SendBytesAsync([4, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0])),
        ["a negative head"] =
            ("head of", peer => peer.SendBytesAsync([4, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF])),
        ["stream 0 for a call"] = ("stream 0", peer => peer.CallAsync(0, "Echo", new Plain())),
        ["a message for stream 0"] =
            ("stream 0, which was never opened", peer => peer.SendAsync(FrameType.Message, Message)),
        ["a cancel for stream 0"] = ("stream 0, which was never opened", peer => peer.SendAsync(FrameType.Cancel)),
        ["a window for stream 0"] = ("stream 0, which was never opened", peer =>
            peer.SendAsync(FrameType.Window, body: RawPeer.Number(1))),
        ["a stream number used again"] = ("stream 1 was opened again", async peer =>
        {
            await peer.CallAsync(1, "Echo", new Plain());
            await peer.CallAsync(1, "Echo", new Plain());
        }),
        ["stream numbers that go back"] = ("stream 4 was opened again or out of order", async peer =>
        {
            await peer.CallAsync(5, "Echo", new Plain());
            await peer.CallAsync(4, "Echo", new Plain());
        }),
        ["a message for a stream never opened"] =
            ("stream 7, which was never opened", peer => peer.SendAsync(FrameType.Message, Message, stream: 7)),
        ["a cancel for a stream never opened"] =
            ("stream 7, which was never opened", peer => peer.SendAsync(FrameType.Cancel, stream: 7)),
        ["a window for a stream never opened"] = ("stream 7, which was never opened", peer =>
            peer.SendAsync(FrameType.Window, stream: 7, body: RawPeer.Number(1))),
        ["a method number never defined"] =
            ("method number 9", peer => peer.SendAsync(FrameType.Call, Message, code: 9, stream: 1)),
        ["a method number past all bounds"] = ("method number 65535", peer =>
            peer.SendAsync(FrameType.Call, FrameFlags.DefinesMethod, code: 65535, stream: 1, head: new byte[20])),
        ["a method without a name"] = ("head of a call is too short", peer =>
            peer.SendAsync(FrameType.Call, FrameFlags.DefinesMethod, code: 1, stream: 1)),
        ["a method name longer than its head"] = ("longer than its head", peer => peer.SendAsync(
            FrameType.Call, FrameFlags.DefinesMethod, code: 1, stream: 1, head: [0, 0, 0, 0, 0, 0, 0, 0, 9, 0])),
        ["a negative timeout"] = ("timeout of a call is negative", peer => peer.SendAsync(
            FrameType.Call, FrameFlags.DefinesMethod, code: 1, stream: 1,
            head: [0, 0, 0, 0, 0, 0, 0, 0x80, 26, 0, .. "/winapi.shapes.Target/Echo"u8])),
        ["malformed metadata"] =
            ("malformed metadata", peer => peer.CallAsync(1, "Echo", new Plain(), metadata: [1, 2, 3])),
        ["metadata with an entry of 4 GiB"] = ("malformed metadata", peer =>
            peer.CallAsync(1, "Echo", new Plain(), metadata: [1, 0, 0xFF, 0xFF, 0xFF, 0xFF, (byte)'a'])),
        ["a release of a lease never held"] =
            ("lease 42 was released", peer => peer.SendAsync(FrameType.Release, body: RawPeer.Release(42, 1))),
        ["a release of half an entry"] = ("whole entries", peer => peer.SendAsync(FrameType.Release, body: [1, 2, 3])),
        ["an empty release"] = ("whole entries", peer => peer.SendAsync(FrameType.Release)),
        ["a release by the wrong side: of what the client itself has lent"] = ("frame type 9", async peer =>
        {
            await OpenIgnoring(peer);
            await peer.SendAsync(FrameType.Release, stream: 1, body: RawPeer.Release(5, 1));
        }),
        ["more credit than a window holds"] = ("credit", async peer =>
        {
            await OpenIgnoring(peer);
            await peer.SendAsync(FrameType.Window, stream: 1, body: RawPeer.Number(uint.MaxValue));
        }),
        ["credit of three bytes"] = ("does not hold a number", async peer =>
        {
            await OpenIgnoring(peer);
            await peer.SendAsync(FrameType.Window, stream: 1, body: [1, 2, 3]);
        }),
        ["messages without credit"] = ("without credit", async peer =>
        {
            await OpenIgnoring(peer);
            for (var message = 0; message < 100; message++)
            {
                await peer.SendAsync(FrameType.Message, Message, stream: 1, body: new byte[60_000]);
            }
        }),
        ["empty messages without credit"] = ("without credit", async peer =>
        {
            await OpenIgnoring(peer);
            for (var message = 0; message < 200; message++)
            {
                await peer.SendBytesAsync([.. Enumerable.Repeat(EmptyMessage, 1000).SelectMany(bytes => bytes)]);
            }
        }),
        ["lends past the end of the frame"] = ("lends more buffers", async peer =>
        {
            await OpenIgnoring(peer);
            await peer.SendAsync(FrameType.Message, FrameFlags.Lends, stream: 1, body: [2, 0, 0, 0, .. Lend(
                1, MappingLayout.RequestStart, 10)[4..]]);
        }),
        ["four billion lends"] = ("lends more buffers", async peer =>
        {
            await OpenIgnoring(peer);
            await peer.SendAsync(FrameType.Message, FrameFlags.Lends, stream: 1, body: [0xFF, 0xFF, 0xFF, 0xFF]);
        }),
        ["a buffer that starts in the mapping's header"] = OutOfRange(1, 0, 10),
        ["a buffer that ends past the request region"] = OutOfRange(1, MappingLayout.RequestStart, (512 * 1024) + 1),
        ["a buffer in the response region"] = OutOfRange(1, MappingLayout.RequestStart + (512 * 1024), 10),
        ["a buffer at the largest offset"] = OutOfRange(1, long.MaxValue, 10),
        ["a buffer at a negative offset"] = OutOfRange(1, -4096, 10),
        ["a buffer whose end overflows"] = OutOfRange(1, MappingLayout.RequestStart + 10, long.MaxValue),
        ["a buffer of negative length"] = OutOfRange(1, MappingLayout.RequestStart, -1),
        ["a buffer of lease 0"] = OutOfRange(0, MappingLayout.RequestStart, 10),
        ["more buffers than the region has pages"] = ("than the peer's region has pages", async peer =>
        {
            await OpenIgnoring(peer);
            await peer.SendAsync(FrameType.Message, FrameFlags.Lends, stream: 1, body: Lends(MappingLayout.RequestStart, 1, 129));
        }),
        ["one lease with two places"] = ("not inside", async peer =>
        {
            await OpenIgnoring(peer);
            await peer.SendAsync(
                FrameType.Message, FrameFlags.Lends, stream: 1, body: Lend(1, MappingLayout.RequestStart, 10));
            await peer.SendAsync(
                FrameType.Message, FrameFlags.Lends, stream: 1, body: Lend(1, MappingLayout.RequestStart + 4096, 10));
        }),
        ["a shared message that goes on"] = ("holds something else", async peer =>
        {
            await OpenIgnoring(peer);
            await peer.SendAsync(FrameType.Message, Message | FrameFlags.Shared | FrameFlags.More, stream: 1,
                body: Descriptor(1, MappingLayout.RequestStart, 10));
        }),
        ["a shared message of half a descriptor"] = ("holds something else", async peer =>
        {
            await OpenIgnoring(peer);
            await peer.SendAsync(FrameType.Message, Message | FrameFlags.Shared, stream: 1, body: new byte[12]);
        }),
        ["content without a message"] = ("without a message", async peer =>
        {
            await OpenIgnoring(peer);
            await peer.SendAsync(FrameType.Message, stream: 1, body: [1]);
        }),
        ["a buffer frame with a short head"] = ("head of a buffer frame", async peer =>
        {
            await OpenIgnoring(peer);
            await peer.SendAsync(FrameType.Buffer, FrameFlags.Lends, stream: 1, head: new byte[8], body: [1]);
        }),
        ["a buffer the host never lent, as if it came back"] = ("frame type 8", async peer =>
        {
            await OpenIgnoring(peer);
            await peer.SendAsync(FrameType.Buffer, stream: 1, head: new byte[16], body: [1]);
        }),
    };

    /// <summary>Attacks on a connection that shares no memory.</summary>
    public static Dictionary<string, (string Reason, Func<RawPeer, Task> Attack)> Inline { get; } = new()
    {
        ["a message in memory that is not shared"] = ("not inside the peer's region", async peer =>
        {
            await OpenIgnoring(peer);
            await peer.SendAsync(FrameType.Message, Message | FrameFlags.Shared, stream: 1, body: Descriptor(
                1, MappingLayout.RequestStart, 10));
        }),
        ["bytes past the end of a buffer"] = ("past its end", async peer =>
        {
            await OpenIgnoring(peer);
            await peer.SendAsync(
                FrameType.Message, FrameFlags.Lends, stream: 1, body: Lend(1, MappingLayout.RequestStart, 10));
            await peer.SendAsync(
                FrameType.Buffer, FrameFlags.Lends, stream: 1, head: BufferHead(1, 5), body: new byte[6]);
        }),
        ["bytes at the largest place of a buffer"] = ("past its end", async peer =>
        {
            await OpenIgnoring(peer);
            await peer.SendAsync(
                FrameType.Message, FrameFlags.Lends, stream: 1, body: Lend(1, MappingLayout.RequestStart, 10));
            await peer.SendAsync(
                FrameType.Buffer, FrameFlags.Lends, stream: 1, head: BufferHead(1, ulong.MaxValue), body: new byte[6]);
        }),
    };

    /// <summary>Attacks on a connection that shares memory.</summary>
    public static Dictionary<string, (string Reason, Func<RawPeer, Task> Attack)> Shared { get; } = new()
    {
        ["a message past the request region"] = SharedMessage(MappingLayout.RequestStart + (512 * 1024) - 5, 10),
        ["a message in the mapping's header"] = SharedMessage(0, 10),
        ["a message at the largest offset"] = SharedMessage(long.MaxValue, 10),
        ["a message of negative length"] = SharedMessage(MappingLayout.RequestStart, -10),
        ["a message whose end overflows"] = SharedMessage(MappingLayout.RequestStart + 10, long.MaxValue),
        ["a reply's memory given back twice"] = ("was released", async peer =>
        {
            var lease = await ReceiveSharedReply(peer);
            await peer.SendAsync(FrameType.Release, body: [.. RawPeer.Release(lease, 1), .. RawPeer.Release(lease, 1)]);
        }),
        ["a reply's memory given back two times over"] = ("was released 2 times", async peer =>
        {
            var lease = await ReceiveSharedReply(peer);
            await peer.SendAsync(FrameType.Release, body: RawPeer.Release(lease, 2));
        }),
        ["a reply's memory given back no times"] = ("was released 0 times", async peer =>
        {
            var lease = await ReceiveSharedReply(peer);
            await peer.SendAsync(FrameType.Release, body: RawPeer.Release(lease, 0));
        }),
    };

    private static byte[] EmptyMessage
    {
        get
        {
            var header = new byte[FrameHeader.Size];
            new FrameHeader(FrameType.Message, Message, 0, 1, 0, 0).Write(header);
            return header;
        }
    }

    public static byte[] Descriptor(ulong lease, long offset, long length)
    {
        var bytes = new byte[BufferDescriptor.Size];
        new BufferDescriptor(lease, offset, length).Write(bytes);
        return bytes;
    }

    public static byte[] Lend(ulong lease, long offset, long length) =>
        [1, 0, 0, 0, .. Descriptor(lease, offset, length)];

    /// <summary>Lends nothing but numbers: so many leases without a byte.</summary>
    public static byte[] Lends(long offset, int first, int count) =>
    [
        .. BitConverter.GetBytes(count),
        .. Enumerable.Range(first, count).SelectMany(lease => Descriptor((ulong)lease, offset, 0)),
    ];

    private static byte[] BufferHead(ulong lease, ulong start) =>
        [.. BitConverter.GetBytes(lease), .. BitConverter.GetBytes(start)];

    private static Task OpenIgnoring(RawPeer peer) => peer.CallAsync(1, "Ignore", null);

    private static (string Reason, Func<RawPeer, Task> Attack) OutOfRange(ulong lease, long offset, long length) =>
        ("not inside", async peer =>
    {
        await OpenIgnoring(peer);
        await peer.SendAsync(
            FrameType.Message, Message | FrameFlags.Lends, stream: 1, body: Lend(lease, offset, length));
    });

    private static (string Reason, Func<RawPeer, Task> Attack) SharedMessage(long offset, long length) =>
        ("not inside the peer's region", async peer =>
    {
        await OpenIgnoring(peer);
        await peer.SendAsync(
            FrameType.Message, Message | FrameFlags.Shared, stream: 1, body: Descriptor(1, offset, length));
    });

    /// <summary>Has the host answer through the mapping; gives the lease of what it sent.</summary>
    private static async Task<ulong> ReceiveSharedReply(RawPeer peer)
    {
        await peer.CallAsync(1, "Echo", new Plain { Payload = Google.Protobuf.ByteString.CopyFrom(new byte[50_000]) });
        (await peer.ReadAsync()).Should().BeTrue();
        peer.Header.Type.Should().Be(FrameType.Trailers);
        peer.Header.Flags.Should().HaveFlag(FrameFlags.Shared);
        return BufferDescriptor.Read(peer.Body).Lease;
    }
}
