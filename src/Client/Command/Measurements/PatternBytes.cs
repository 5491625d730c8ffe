using System.Buffers.Binary;

namespace WinApi.Client.Command.Measurements;

/// <summary>Four bytes repeated from the start of a buffer, least significant byte first.</summary>
internal static class PatternBytes
{
    private const int BlockLength = 4096;

    public static void Fill(Span<byte> bytes, uint pattern)
    {
        Span<byte> block = stackalloc byte[BlockLength];
        FillBlock(block, pattern);
        for (; bytes.Length > BlockLength; bytes = bytes[BlockLength..])
        {
            block.CopyTo(bytes);
        }

        block[..bytes.Length].CopyTo(bytes);
    }

    /// <summary>Where the bytes first differ from the pattern; -1 where they do not.</summary>
    public static int FirstDifference(ReadOnlySpan<byte> bytes, uint pattern)
    {
        Span<byte> block = stackalloc byte[BlockLength];
        FillBlock(block, pattern);
        for (var start = 0; start < bytes.Length; start += BlockLength)
        {
            var part = bytes.Slice(start, Math.Min(BlockLength, bytes.Length - start));
            var equal = part.CommonPrefixLength(block);
            if (equal < part.Length)
            {
                return start + equal;
            }
        }

        return -1;
    }

    private static void FillBlock(Span<byte> block, uint pattern)
    {
        for (var i = 0; i < block.Length; i += sizeof(uint))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(block[i..], pattern);
        }
    }
}
