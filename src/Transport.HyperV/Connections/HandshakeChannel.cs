using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Win32.SafeHandles;
using WinApi.Transport.HyperV.Connections.Authentication;
using WinApi.Transport.HyperV.Diagnostics;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.JsonLines;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>The frames of the handshake, one after another: what both sides of it do alike.</summary>
internal sealed class HandshakeChannel(SocketStream socket, FrameReader reader, FrameTrace? trace = null)
{
    /// <summary>The versions of the protocol that this library speaks.</summary>
    public const uint MinVersion = 1;
    public const uint MaxVersion = 1;

    /// <summary>A client sends this first, so that a stranger is told apart at once and text from binary frames.</summary>
    public static ReadOnlySpan<byte> Preface => "WINA\0\0\0\u0001"u8;

    public static string Agent { get; } = DescribeAgent();

    /// <summary>Waits for the bytes before a client's first message; null where the peer has closed.</summary>
    public byte[]? ReceivePreface() => reader.ReadPreface(socket, Preface.Length);

    public bool PassesDescriptors => socket.PassesDescriptors;

    public static byte[] NewNonce() => RandomNumberGenerator.GetBytes(Token.NonceBytes);

    public void SendPreface(ClientHello hello) => socket.Send([.. Preface, .. Frame(hello)]);

    /// <param name="message">A message of the handshake.</param>
    /// <param name="descriptor">Goes with the first byte, where the socket passes descriptors.</param>
    public void Send(IMessage message, SafeFileHandle? descriptor = null) => socket.Send(Frame(message), descriptor);

    /// <summary>Tells a client that speaks JSON, in JSON, why it is turned away.</summary>
    public void RefuseJson(string why) =>
        socket.Send(Encoding.UTF8.GetBytes(JsonReply.Error(default, StatusCode.Unauthenticated, why) + "\n"));

    /// <summary>From now on, keeps a descriptor that comes with a message.</summary>
    public void ExpectDescriptor() => socket.ExpectDescriptor();

    /// <summary>Takes the descriptor that came, if one did; others are refused from now on.</summary>
    public SafeFileHandle? TakeDescriptor() => socket.TakeDescriptor();

    /// <summary>Whether the peer has closed its socket; does not wait.</summary>
    public bool PeerHasLeft() => socket.WaitForSignal(0) && socket.PeekByte() is null;

    /// <summary>Waits for the peer's next message.</summary>
    /// <exception cref="ProtocolViolationException">Another frame came, or not the message expected.</exception>
    /// <exception cref="EndOfStreamException">The peer closed.</exception>
    public T Receive<T>(MessageParser<T> parser)
        where T : IMessage<T>
    {
        if (!reader.Read(socket))
        {
            throw new EndOfStreamException("the peer closed the connection during the handshake");
        }

        trace?.Received(reader);
        if (reader.Header.Type != FrameType.Handshake)
        {
            throw new ProtocolViolationException($"frame type {(int)reader.Header.Type} came during the handshake");
        }

        try
        {
            return parser.ParseFrom(reader.Body);
        }
        catch (InvalidProtocolBufferException)
        {
            throw new ProtocolViolationException("a message of the handshake cannot be read");
        }
    }

    /// <exception cref="ProtocolViolationException">A limit is one that nothing could work with.</exception>
    public static PeerLimits Check(PeerLimits? limits)
    {
        if (limits is null || ConnectionSettings.PieceBytesFor(limits) == 0
            || limits.InitialWindowBytes is 0 or > int.MaxValue || limits.MaxMessageBytes == 0)
        {
            throw new ProtocolViolationException("the peer announces limits that no call could keep");
        }

        return limits;
    }

    private byte[] Frame(IMessage message)
    {
        var frame = new byte[FrameHeader.Size + message.CalculateSize()];
        var length = frame.Length - FrameHeader.Size;
        var header = new FrameHeader(FrameType.Handshake, FrameFlags.None, 0, 0, 0, length);
        header.Write(frame);
        message.WriteTo(frame.AsSpan(FrameHeader.Size));
        trace?.Sent(header, frame.AsSpan(FrameHeader.Size));
        return frame;
    }

    private static string DescribeAgent()
    {
        var program = Path.GetFileNameWithoutExtension(Environment.ProcessPath) ?? "unknown";
        var version = typeof(HandshakeChannel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        return $"{program} (winapi-dotnet/{version?.InformationalVersion.Split('+')[0] ?? "0"})";
    }
}
