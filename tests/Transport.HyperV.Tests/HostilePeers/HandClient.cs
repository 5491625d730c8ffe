using System.Net.Sockets;
using Google.Protobuf;
using Microsoft.Win32.SafeHandles;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Tests.HostilePeers;

/// <summary>A client whose handshake a test makes by hand, step by step.</summary>
internal sealed class HandClient : IDisposable
{
    private readonly SocketStream _socket;
    private readonly FrameReader _reader;

    private readonly Socket _bare;

    private HandClient(Socket bare, bool passesDescriptors)
    {
        _bare = bare;
        _socket = new SocketStream(bare, passesDescriptors);
        _reader = new FrameReader(_socket, 64 * 1024);
        Channel = new HandshakeChannel(_socket, _reader);
    }

    public HandshakeChannel Channel { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<HandClient> ConnectAsync(TransportEndpoint endpoint) =>
        new(await endpoint.ConnectAsync(Stop), endpoint.PassesDescriptors);

    public static ClientHello Hello(MappingLayout layout, Guid session) => new()
    {
        MinVersion = 1,
        MaxVersion = 1,
        SessionId = ByteString.CopyFrom(session.ToByteArray()),
        Nonce = ByteString.CopyFrom(HandshakeChannel.NewNonce()),
        RequestRegionBytes = (ulong)layout.RequestBytes,
        ResponseRegionBytes = (ulong)layout.ResponseBytes,
        Limits = RawPeer.Settings(sharesMemory: false).ToLimits(),
        Agent = "a test",
    };

    public async Task<HostHello> SayHelloAsync(ClientHello hello)
    {
        Channel.SendPreface(hello);
        return await ReceiveAsync(HostHello.Parser);
    }

    public async Task<MemoryReply> OfferAsync(MemoryKind kind, SafeFileHandle? descriptor = null, string name = "")
    {
        Channel.Send(new MemoryOffer { Kind = kind, Name = name }, descriptor);
        return await ReceiveAsync(MemoryReply.Parser);
    }

    /// <summary>From now on, nothing can be sent to it.</summary>
    public void StopReading() => _bare.Shutdown(SocketShutdown.Receive);

    public void Send(IMessage message) => Channel.Send(message);

    public Task<T> ReceiveAsync<T>(MessageParser<T> parser)
        where T : IMessage<T> => Task.Run(() => Channel.Receive(parser), Stop).Soon($"a {typeof(T).Name}");

    /// <summary>Whether the host has hung up, once it has sent what it had to send.</summary>
    public async Task<bool> HangsUpAsync() => !await Task.Run(() => _reader.Read(_socket), Stop).Soon("the host to hang up");

    public void Dispose()
    {
        _reader.Dispose();
        _socket.Dispose();
    }
}
