using System.Reflection;
using Google.Protobuf;
using Microsoft.Win32.SafeHandles;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>The frames of the handshake, one after another: what both sides of it do alike.</summary>
internal sealed class HandshakeChannel(SocketStream socket, FrameReader reader)
{
    /// <summary>The versions of the protocol that this library speaks.</summary>
    public const uint MinVersion = 1;
    public const uint MaxVersion = 1;

    /// <summary>A client sends this first, so that a stranger is told apart at once and text from binary frames.</summary>
    public static ReadOnlySpan<byte> Preface => "WINA\0\0\0\u0001"u8;

    public static string Agent { get; } = DescribeAgent();

    public FrameReader Reader => reader;

    public async Task SendPrefaceAsync(IMessage hello, SafeFileHandle? descriptor, CancellationToken cancellationToken)
    {
        byte[] bytes = [.. Preface, .. Frame(hello)];
        if (descriptor is null)
        {
            await socket.SendAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await socket.SendWithDescriptorAsync(bytes, descriptor, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task SendAsync(IMessage message, CancellationToken cancellationToken) =>
        await socket.SendAsync(Frame(message), cancellationToken).ConfigureAwait(false);

    /// <exception cref="ProtocolViolationException">Another frame came, or not the message expected.</exception>
    /// <exception cref="EndOfStreamException">The peer closed.</exception>
    public async Task<T> ReceiveAsync<T>(MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new EndOfStreamException("the peer closed the connection during the handshake");
        }

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

    /// <summary>Writes nonces into this side's region, asks the peer what it sees, and compares.</summary>
    public async Task<bool> ProveAsync(
        SharedMapping mapping, long regionStart, long regionLength, Guid session, CancellationToken cancellationToken)
    {
        var offsets = CoherenceProof.ChooseOffsets(regionStart, regionLength);
        var proved = true;
        for (var round = 0; round < CoherenceProof.Rounds; round++)
        {
            var expected = CoherenceProof.WriteNonces(mapping, offsets, session);
            var challenge = new MemoryChallenge();
            challenge.Offsets.AddRange(offsets.Select(offset => (ulong)offset));
            await SendAsync(challenge, cancellationToken).ConfigureAwait(false);
            var answer = await ReceiveAsync(MemoryAnswer.Parser, cancellationToken).ConfigureAwait(false);
            proved &= answer.Digest.Span.SequenceEqual(expected);
        }

        return proved;
    }

    /// <summary>Answers the peer's challenges about its region.</summary>
    public async Task AnswerAsync(
        SharedMapping mapping, long regionStart, long regionLength, Guid session, CancellationToken cancellationToken)
    {
        for (var round = 0; round < CoherenceProof.Rounds; round++)
        {
            var challenge = await ReceiveAsync(MemoryChallenge.Parser, cancellationToken).ConfigureAwait(false);
            var digest = CoherenceProof.Answer(mapping, challenge.Offsets.ToArray(), regionStart, regionLength, session)
                ?? throw new ProtocolViolationException("a memory challenge asks for bytes outside its region");
            await SendAsync(new MemoryAnswer { Digest = ByteString.CopyFrom(digest) }, cancellationToken)
                .ConfigureAwait(false);
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

    private static byte[] Frame(IMessage message)
    {
        var frame = new byte[FrameHeader.Size + message.CalculateSize()];
        var length = frame.Length - FrameHeader.Size;
        new FrameHeader(FrameType.Handshake, FrameFlags.None, 0, 0, 0, length).Write(frame);
        message.WriteTo(frame.AsSpan(FrameHeader.Size));
        return frame;
    }

    private static string DescribeAgent()
    {
        var program = Path.GetFileNameWithoutExtension(Environment.ProcessPath) ?? "unknown";
        var version = typeof(HandshakeChannel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        return $"{program} (winapi-dotnet/{version?.InformationalVersion.Split('+')[0] ?? "0"})";
    }
}
