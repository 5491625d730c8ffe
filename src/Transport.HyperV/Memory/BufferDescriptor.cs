using System.Buffers.Binary;

namespace WinApi.Transport.HyperV.Memory;

/// <summary>Where lent bytes lie: 24 bytes on the wire, three little-endian 64-bit words.</summary>
internal readonly record struct BufferDescriptor(ulong Lease, long Offset, long Length)
{
    public const int Size = 24;

    public static BufferDescriptor Read(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(source),
        BinaryPrimitives.ReadInt64LittleEndian(source[8..]),
        BinaryPrimitives.ReadInt64LittleEndian(source[16..]));

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, Lease);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], Offset);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], Length);
    }
}
