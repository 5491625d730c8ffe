using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Memory.Backends;

namespace WinApi.Transport.HyperV.Tests.HostilePeers;

/// <summary>One end of a connection that shakes hands as it should, and then sends whatever it is told to.</summary>
internal sealed class RawPeer : IDisposable
{
    public const int WindowBytes = 64 * 1024;
    public const int MaxConcurrentCalls = 100;

    private readonly SocketStream _socket;
    private readonly HandshakeResult _agreed;

    private RawPeer(SocketStream socket, HandshakeResult agreed)
    {
        _socket = socket;
        _agreed = agreed;
    }

    public HandshakeResult Agreed => _agreed;

    public SharedMapping? Mapping => _agreed.Memory.Mapping;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static ConnectionSettings Settings(bool sharesMemory) => new()
    {
        MemoryBackends = MemoryBackends.For(sharesMemory ? SharedMemoryMode.Auto : SharedMemoryMode.None, null, 0),
        Layout = MappingLayout.Split(1 << 20),
        MaxSharedMemoryBytes = 1 << 20,
        InlineThreshold = 32 * 1024,
        MaxReceiveMessageBytes = 1 << 20,
        MaxSendMessageBytes = 1 << 20,
        MaxMetadataBytes = 16 * 1024,
        StreamWindowBytes = WindowBytes,
        MaxConcurrentCalls = MaxConcurrentCalls,
        UseRings = false, // what it sends goes through the socket
        HeartbeatInterval = TimeSpan.FromMinutes(10),
        HeartbeatTimeout = TimeSpan.FromMinutes(10),
        Logger = NullLogger.Instance,
    };

    /// <summary>Connects to a host.</summary>
    public static async Task<RawPeer> ConnectAsync(TransportEndpoint endpoint, bool sharesMemory)
    {
        var socket = await endpoint.ConnectAsync(Stop);
        var stream = new SocketStream(socket, endpoint.PassesDescriptors);
        var agreed = await ClientHandshake.RunAsync(stream, Settings(sharesMemory), requiresToken: false, Stop).Soon("the handshake");
        return new RawPeer(stream, agreed);
    }

    /// <summary>Takes a client's connection.</summary>
    public static async Task<RawPeer> AcceptAsync(EndpointListener listener, bool sharesMemory)
    {
        var socket = await listener.AcceptAsync(Stop).AsTask().Soon("a client");
        var stream = new SocketStream(socket, listener.Endpoint.PassesDescriptors);
        var agreed = await HostHandshake.RunAsync(stream, Settings(sharesMemory), new HostAdmission(), Stop).Soon("the handshake");
        return new RawPeer(stream, agreed);
    }

    public Task SendAsync(FrameType type, FrameFlags flags = FrameFlags.None, ushort code = 0, uint stream = 0,
        byte[]? head = null, byte[]? body = null)
    {
        head ??= [];
        body ??= [];
        var header = new byte[FrameHeader.Size];
        new FrameHeader(type, flags, code, stream, head.Length, head.Length + body.Length).Write(header);
        return SendBytesAsync([.. header, .. head, .. body]);
    }

    public async Task SendBytesAsync(byte[] bytes)
    {
        await _socket.SendAsync(bytes, Stop).AsTask().Soon("the sending");
    }

    /// <summary>Opens a call that defines its method under number 1.</summary>
    public Task CallAsync(
        uint stream, string method, IMessage? request, FrameFlags more = FrameFlags.None, byte[]? metadata = null)
    {
        using var head = new PooledBytes(64);
        new CallHead(0, "/winapi.shapes.Target/" + method, null).Write(head);
        var flags = FrameFlags.DefinesMethod | more | (request is null ? FrameFlags.None
            : FrameFlags.Message | FrameFlags.EndOfStream);
        return SendAsync(FrameType.Call, flags, 1, stream, [.. head.WrittenSpan, .. metadata ?? []],
            request?.ToByteArray());
    }

    /// <summary>Reads to the next frame that is no heartbeat or window; false at the end.</summary>
    public async Task<bool> ReadAsync()
    {
        do
        {
            if (!await Task.Run(() => _agreed.Reader.Read(_socket), Stop).Soon("a frame"))
            {
                return false;
            }
        }
        while (_agreed.Reader.Header.Type is FrameType.Ping or FrameType.Window);
        return true;
    }

    public FrameHeader Header => _agreed.Reader.Header;

    public byte[] Head => _agreed.Reader.Head.ToArray();

    public byte[] Body => _agreed.Reader.Body.ToArray();

    /// <summary>Reads until the other end says goodbye for a violation and closes; gives the reason it names.</summary>
    public async Task<string> ReadViolationAsync()
    {
        string? reason = null;
        try
        {
            while (await ReadAsync())
            {
                if (Header.Type == FrameType.Goodbye && Header.Code == (ushort)DisconnectReason.PeerViolation)
                {
                    reason = Encoding.UTF8.GetString(Body);
                }
            }
        }
        catch (SocketException)
        {
            // It closed while we were still sending: what it said before counts.
        }

        return reason ?? throw new InvalidOperationException("The other end closed without naming a violation.");
    }

    public static byte[] Release(ulong lease, uint count)
    {
        var entry = new byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(entry, lease);
        BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(8), count);
        return entry;
    }

    public static byte[] Number(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        return bytes;
    }

    /// <summary>Closes without a word.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        _agreed.Reader.Dispose();
        _agreed.Memory.Mapping?.Release();
    }
}
