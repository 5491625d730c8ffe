using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace WinApi.Client.Command.Pictures;

/// <summary>Writes pictures as PNG (ISO/IEC 15948): 8 bits for each of red, green and blue, no filters.</summary>
internal static class PngWriter
{
    private const int SourcePixelBytes = 4;
    private const int PixelBytes = 3;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <param name="target">Where to.</param>
    /// <param name="pixels">Blue, green, red and a byte that is left out, in rows from top to bottom.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    public static void Write(Stream target, ReadOnlySpan<byte> pixels, int width, int height)
    {
        target.Write(Signature);
        WriteHeader(target, width, height);
        WriteChunk(target, "IDAT"u8, Compress(pixels, width, height));
        WriteChunk(target, "IEND"u8, []);
    }

    private static void WriteHeader(Stream target, int width, int height)
    {
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8; // bits a sample
        header[9] = 2; // truecolour
        WriteChunk(target, "IHDR"u8, header);
    }

    private static byte[] Compress(ReadOnlySpan<byte> pixels, int width, int height)
    {
        var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var row = new byte[1 + (width * PixelBytes)]; // begins with the filter: none
            for (var y = 0; y < height; y++)
            {
                Reorder(pixels.Slice(y * width * SourcePixelBytes, width * SourcePixelBytes), row.AsSpan(1));
                zlib.Write(row);
            }
        }

        return compressed.ToArray();
    }

    private static void Reorder(ReadOnlySpan<byte> source, Span<byte> target)
    {
        for (; source.Length > 0; source = source[SourcePixelBytes..], target = target[PixelBytes..])
        {
            (target[0], target[1], target[2]) = (source[2], source[1], source[0]);
        }
    }

    private static void WriteChunk(Stream target, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        target.Write(number);
        target.Write(type);
        target.Write(data);
        var checksum = new Crc32();
        checksum.Append(type);
        checksum.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, checksum.GetCurrentHashAsUInt32());
        target.Write(number);
    }
}
