using System.Buffers.Binary;
using System.Text;
using Grpc.Core;

namespace WinApi.Transport.HyperV.Frames;

/// <summary>
/// The head of a trailers frame: length of the status message (u32) · the message (UTF-8) · the trailers. Empty:
/// neither of them.
/// </summary>
internal readonly record struct TrailersHead(string Message, Metadata? Trailers)
{
    private const int FixedBytes = 4;

    /// <exception cref="ProtocolViolationException">The message does not fit the head, or the trailers are over the limit.</exception>
    public static TrailersHead Read(ReadOnlySpan<byte> source, int maxMetadataBytes = int.MaxValue)
    {
        if (source.IsEmpty)
        {
            return new TrailersHead(string.Empty, null);
        }

        if (source.Length < FixedBytes)
        {
            throw new ProtocolViolationException("the head of trailers is too short");
        }

        var messageLength = BinaryPrimitives.ReadUInt32LittleEndian(source);
        source = source[FixedBytes..];
        if (messageLength > (uint)source.Length)
        {
            throw new ProtocolViolationException("the message of a status is longer than its head");
        }

        var message = Encoding.UTF8.GetString(source[..(int)messageLength]);
        var trailers = source[(int)messageLength..];
        return new TrailersHead(message, trailers.IsEmpty ? null : MetadataCodec.Read(trailers, maxMetadataBytes));
    }

    /// <summary>Writes nothing at all where there is nothing to say.</summary>
    public void Write(PooledBytes target)
    {
        if (Message.Length == 0 && Trailers is not { Count: > 0 })
        {
            return;
        }

        var messageLength = Encoding.UTF8.GetByteCount(Message);
        BinaryPrimitives.WriteInt32LittleEndian(target.Append(FixedBytes), messageLength);
        Encoding.UTF8.GetBytes(Message, target.Append(messageLength));
        MetadataCodec.Write(target, Trailers);
    }
}
