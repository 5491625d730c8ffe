using System.Buffers.Binary;

namespace WinApi.Transport.HyperV.Frames;

/// <summary>The head of a buffer frame: the lease (u64) and where in it the bytes belong (u64).</summary>
internal readonly record struct BufferHead(ulong Lease, ulong Start)
{
    public const int Size = 16;

    /// <exception cref="ProtocolViolationException">The head has another length.</exception>
    public static BufferHead Read(ReadOnlySpan<byte> source) => source.Length == Size
        ? new BufferHead(
            BinaryPrimitives.ReadUInt64LittleEndian(source), BinaryPrimitives.ReadUInt64LittleEndian(source[8..]))
        : throw new ProtocolViolationException("the head of a buffer frame has another length");

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, Lease);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], Start);
    }
}
