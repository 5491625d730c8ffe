using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WinApi.Server.Services;

/// <summary>Four bytes repeated from the start of a buffer, least significant byte first.</summary>
internal readonly struct BufferPattern(uint value)
{
    /// <summary>The pattern as this machine must store it to get the least significant byte first.</summary>
    private readonly uint _stored = BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);

    public void Fill(Span<byte> buffer)
    {
        MemoryMarshal.Cast<byte, uint>(buffer).Fill(_stored);
        var whole = buffer.Length & ~3;
        for (var i = whole; i < buffer.Length; i++)
        {
            buffer[i] = ByteAt(i);
        }
    }

    /// <summary>How many bytes differ from the pattern.</summary>
    public long CountMismatches(ReadOnlySpan<byte> buffer)
    {
        var expected = Vector256.Create(_stored).AsByte();
        long mismatches = 0;
        var position = 0;
        for (; position <= buffer.Length - Vector256<byte>.Count; position += Vector256<byte>.Count)
        {
            var equal = Vector256.Equals(Vector256.Create(buffer[position..]), expected).ExtractMostSignificantBits();
            mismatches += BitOperations.PopCount(~equal);
        }

        for (; position < buffer.Length; position++)
        {
            mismatches += buffer[position] == ByteAt(position) ? 0 : 1;
        }

        return mismatches;
    }

    private byte ByteAt(int position) => (byte)(value >> (8 * (position & 3)));
}
