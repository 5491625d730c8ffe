using System.Buffers.Binary;
using System.Text;
using Grpc.Core;

namespace WinApi.Transport.HyperV.Frames;

/// <summary>
/// The head of a call frame: time left until the deadline in microseconds, 0 for none (i64) · where the frame defines
/// its method: length and UTF-8 bytes of the name (u16) · metadata.
/// </summary>
internal readonly record struct CallHead(long TimeoutMicroseconds, string? Method, Metadata? Metadata)
{
    private const int FixedBytes = 8;

    /// <exception cref="ProtocolViolationException">The head is too short or its parts do not fit it.</exception>
    public static CallHead Read(ReadOnlySpan<byte> source, bool definesMethod)
    {
        if (source.IsEmpty && !definesMethod)
        {
            return default;
        }

        if (source.Length < FixedBytes + (definesMethod ? 2 : 0))
        {
            throw new ProtocolViolationException("the head of a call is too short");
        }

        var timeout = BinaryPrimitives.ReadInt64LittleEndian(source);
        if (timeout < 0)
        {
            throw new ProtocolViolationException("the timeout of a call is negative");
        }

        source = source[FixedBytes..];
        var method = definesMethod ? TakeMethod(ref source) : null;
        return new CallHead(timeout, method, source.IsEmpty ? null : MetadataCodec.Read(source));
    }

    /// <summary>The name alone, of a head that defines a method.</summary>
    /// <exception cref="ProtocolViolationException">The head is too short for it.</exception>
    public static string ReadMethod(ReadOnlySpan<byte> source)
    {
        if (source.Length < FixedBytes + 2)
        {
            throw new ProtocolViolationException("the head of a call is too short");
        }

        source = source[FixedBytes..];
        return TakeMethod(ref source);
    }

    /// <summary>Writes nothing at all for a call without deadline, definition and metadata.</summary>
    public void Write(PooledBytes target)
    {
        if (TimeoutMicroseconds == 0 && Method is null && Metadata is not { Count: > 0 })
        {
            return;
        }

        BinaryPrimitives.WriteInt64LittleEndian(target.Append(FixedBytes), TimeoutMicroseconds);
        if (Method is not null)
        {
            var length = Encoding.UTF8.GetByteCount(Method);
            BinaryPrimitives.WriteUInt16LittleEndian(target.Append(2), checked((ushort)length));
            Encoding.UTF8.GetBytes(Method, target.Append(length));
        }

        MetadataCodec.Write(target, Metadata);
    }

    private static string TakeMethod(ref ReadOnlySpan<byte> source)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(source);
        if (length > source.Length - 2)
        {
            throw new ProtocolViolationException("the name of a method is longer than its head");
        }

        var name = Encoding.UTF8.GetString(source.Slice(2, length));
        source = source[(2 + length)..];
        return name;
    }
}
