using System.Buffers.Binary;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Frames;

/// <summary>
/// The body of a frame that may carry a message: with <see cref="FrameFlags.Lends"/> a count (u32) and descriptors;
/// then with <see cref="FrameFlags.Message"/> the bytes of the message, or with <see cref="FrameFlags.Shared"/> the
/// descriptor of where they are.
/// </summary>
internal readonly ref struct MessageBody
{
    /// <summary>The most buffers that one message may lend.</summary>
    public const int MaxLends = 1024;

    /// <summary>What lends take of a frame at the most.</summary>
    public const int MaxLendBytes = CountBytes + (MaxLends * BufferDescriptor.Size);

    private const int CountBytes = 4;

    private readonly ReadOnlySpan<byte> _lends;

    private MessageBody(ReadOnlySpan<byte> lends, ReadOnlySpan<byte> content, bool isShared)
    {
        _lends = lends;
        Content = content;
        IsShared = isShared;
    }

    public int LendCount => _lends.Length / BufferDescriptor.Size;

    /// <summary>The inline bytes of the message, or of a part of it.</summary>
    public ReadOnlySpan<byte> Content { get; }

    /// <summary>Whether the message lies in the peer's region, where <see cref="Descriptor"/> says.</summary>
    public bool IsShared { get; }

    public BufferDescriptor Descriptor => BufferDescriptor.Read(Content);

    public BufferDescriptor Lend(int index) => BufferDescriptor.Read(_lends[(index * BufferDescriptor.Size)..]);

    /// <exception cref="ProtocolViolationException">The parts do not fit the body.</exception>
    public static MessageBody Read(FrameFlags flags, ReadOnlySpan<byte> body)
    {
        var lends = ReadOnlySpan<byte>.Empty;
        if ((flags & FrameFlags.Lends) != 0)
        {
            var count = body.Length < CountBytes ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(body);
            if (count > MaxLends || body.Length < CountBytes + (count * BufferDescriptor.Size))
            {
                throw new ProtocolViolationException("a message lends more buffers than its frame or the protocol holds");
            }

            lends = body.Slice(CountBytes, (int)count * BufferDescriptor.Size);
            body = body[(CountBytes + lends.Length)..];
        }

        var shared = (flags & FrameFlags.Shared) != 0;
        if (shared && (body.Length != BufferDescriptor.Size || (flags & FrameFlags.More) != 0))
        {
            throw new ProtocolViolationException("a message by descriptor holds something else");
        }

        if ((flags & FrameFlags.Message) == 0 && (shared || body.Length > 0))
        {
            throw new ProtocolViolationException("a frame without a message holds one");
        }

        return new MessageBody(lends, body, shared);
    }

    /// <summary>The bytes before inline content: what is lent, then where the message is if it is shared.</summary>
    public static byte[] Compose(ReadOnlySpan<BufferDescriptor> lends, BufferDescriptor? shared)
    {
        if (lends.IsEmpty && shared is null)
        {
            return [];
        }

        var lendBytes = lends.IsEmpty ? 0 : CountBytes + (lends.Length * BufferDescriptor.Size);
        var bytes = new byte[lendBytes + (shared is null ? 0 : BufferDescriptor.Size)];
        if (!lends.IsEmpty)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, lends.Length);
            for (var i = 0; i < lends.Length; i++)
            {
                lends[i].Write(bytes.AsSpan(CountBytes + (i * BufferDescriptor.Size)));
            }
        }

        shared?.Write(bytes.AsSpan(lendBytes));
        return bytes;
    }
}
