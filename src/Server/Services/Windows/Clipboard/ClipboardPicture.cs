using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Grpc.Core;
using WinApi.Server.Services.Windows.Drawing;

namespace WinApi.Server.Services.Windows.Clipboard;

/// <summary>
/// The picture on the clipboard, while it is open (<see cref="ClipboardThread.RunAsync"/>). Windows has it as a packed DIB: a
/// BITMAPINFOHEADER or longer, masks or colours, pixels (wingdi.h).
/// </summary>
[SupportedOSPlatform("windows")]
internal static unsafe class ClipboardPicture
{
    /// <summary>The most pixels in a row or a column.</summary>
    public const int MostPixels = 32767;

    private const uint BitFields = 3; // BI_BITFIELDS: three masks say where the colours are
    private const int MaskBytes = 12;
    private const int ColorBytes = 4;

    /// <summary>The picture, whatever its colours are stored as.</summary>
    /// <exception cref="RpcException">NOT_FOUND: there is none. DATA_LOSS: it cannot be read.</exception>
    public static PixelBitmap Get() => ClipboardMemory.Read(NativeClipboard.Dib, Draw) ?? throw ClipboardContents.Missing("picture");

    /// <summary>Puts a picture there; the number of the contents afterwards.</summary>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="pixels">Blue, green, red and a byte that does not count, rows from top to bottom.</param>
    public static uint Set(int width, int height, ReadOnlyMemory<byte> pixels)
    {
        var row = width * PixelBitmap.PixelBytes;
        return ClipboardMemory.Put(NativeClipboard.Dib, checked(sizeof(Gdi.BitmapHeader) + (row * height)), target =>
        {
            var header = new Gdi.BitmapHeader
            {
                Size = (uint)sizeof(Gdi.BitmapHeader),
                Width = width,
                Height = height, // from bottom to top: not every program knows the other way
                Planes = 1,
                BitCount = 8 * PixelBitmap.PixelBytes,
                ImageBytes = (uint)(row * height),
            };
            MemoryMarshal.Write(target, in header);
            target = target[sizeof(Gdi.BitmapHeader)..];
            for (var y = 0; y < height; y++)
            {
                pixels.Span.Slice((height - 1 - y) * row, row).CopyTo(target[(y * row)..]);
            }
        });
    }

    /// <summary>Windows draws it, and knows all the ways to store colours.</summary>
    private static PixelBitmap Draw(ReadOnlySpan<byte> source)
    {
        var header = source.Length < sizeof(Gdi.BitmapHeader) ? throw Unreadable("it is too short")
            : MemoryMarshal.Read<Gdi.BitmapHeader>(source);
        var offset = PixelsAt(header);
        var bytes = ((((long)header.Width * header.BitCount) + 31) / 32 * 4) * Math.Abs((long)header.Height);
        if (header.Width is < 1 or > MostPixels || header.Height is 0 or < -MostPixels or > MostPixels || offset + bytes > source.Length)
        {
            throw Unreadable($"it says that it has {header.Width} x {header.Height} pixels of {header.BitCount} bits, which is not so");
        }

        var bitmap = new PixelBitmap(header.Width, Math.Abs(header.Height));
        fixed (byte* picture = source)
        {
            if (Gdi.SetDIBitsToDevice(
                bitmap.DeviceContext, 0, 0, (uint)bitmap.Width, (uint)bitmap.Height, 0, 0, 0, (uint)bitmap.Height, picture + offset, picture, 0) == 0)
            {
                bitmap.Dispose();
                throw Unreadable("Windows cannot draw it");
            }
        }

        return bitmap;
    }

    /// <summary>Where the pixels begin.</summary>
    private static long PixelsAt(in Gdi.BitmapHeader header)
    {
        if (header.Size < sizeof(Gdi.BitmapHeader) || header.Compression is not (0 or BitFields) || header.BitCount is not (1 or 4 or 8 or 16 or 24 or 32))
        {
            throw Unreadable($"it is stored in a way that is not known here (compression {header.Compression}, {header.BitCount} bits)");
        }

        var masks = header.Compression == BitFields && header.Size == sizeof(Gdi.BitmapHeader) ? MaskBytes : 0;
        var colors = header.ColorsUsed != 0 ? header.ColorsUsed : header.BitCount <= 8 ? 1u << header.BitCount : 0;
        return header.Size + masks + ((long)colors * ColorBytes);
    }

    private static RpcException Unreadable(string why) =>
        new(new Status(StatusCode.DataLoss, $"the picture on the clipboard cannot be read: {why}"));
}
