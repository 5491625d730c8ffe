using System.Buffers.Binary;
using System.IO.Compression;

namespace WinApi.Beds.Tests.Setup;

/// <summary>A picture as 'winapi screen shot' writes it: truecolour, 8 bits, rows without filters.</summary>
internal sealed record PngPicture(int Width, int Height, byte[] Rows)
{
    private const int SignatureBytes = 8;
    private const int PixelBytes = 3;

    public static PngPicture Read(string path)
    {
        var file = File.ReadAllBytes(path);
        file.AsSpan(0, SignatureBytes).ToArray().Should().Equal(0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A);
        var data = new MemoryStream();
        var (width, height) = (0, 0);
        for (var rest = file.AsSpan(SignatureBytes); rest.Length > 0;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest);
            var content = rest.Slice(8, length);
            if (rest.Slice(4, 4).SequenceEqual("IHDR"u8))
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(content), BinaryPrimitives.ReadInt32BigEndian(content[4..]));
            }
            else if (rest.Slice(4, 4).SequenceEqual("IDAT"u8))
            {
                data.Write(content);
            }

            rest = rest[(12 + length)..];
        }

        data.Position = 0;
        var rows = new MemoryStream();
        using var zlib = new ZLibStream(data, CompressionMode.Decompress);
        zlib.CopyTo(rows);
        rows.Length.Should().Be(height * (1 + (width * PixelBytes)));
        return new PngPicture(width, height, rows.ToArray());
    }

    /// <summary>Red, green and blue.</summary>
    public (int Red, int Green, int Blue) PixelAt(int x, int y)
    {
        var at = (y * (1 + (Width * PixelBytes))) + 1 + (x * PixelBytes);
        return (Rows[at], Rows[at + 1], Rows[at + 2]);
    }
}
