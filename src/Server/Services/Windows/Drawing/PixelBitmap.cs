using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Grpc.Core;

namespace WinApi.Server.Services.Windows.Drawing;

/// <summary>
/// A bitmap of Windows whose bytes this process can see, and a device context that draws in it. Pixels are 4 bytes: blue, green, red
/// and one that Windows leaves alone; rows from top to bottom. Not safe for use by many threads.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class PixelBitmap : IDisposable
{
    public const int PixelBytes = 4;

    private const byte Opaque = 255;

    private readonly nint _bitmap;
    private readonly nint _before;
    private readonly byte* _pixels;

    /// <exception cref="RpcException">INTERNAL: Windows has no room for it.</exception>
    public PixelBitmap(int width, int height)
    {
        (Width, Height) = (width, height);
        DeviceContext = Gdi.CreateCompatibleDC(0);
        var header = new Gdi.BitmapHeader
        {
            Size = (uint)sizeof(Gdi.BitmapHeader),
            Width = width,
            Height = -height, // from top to bottom
            Planes = 1,
            BitCount = 8 * PixelBytes,
        };
        void* pixels = null;
        _bitmap = Gdi.CreateDIBSection(DeviceContext, &header, 0, &pixels, 0, 0);
        _pixels = (byte*)pixels;
        if (_bitmap == 0)
        {
            var problem = new Win32Exception(Marshal.GetLastPInvokeError()).Message;
            Dispose();
            throw new RpcException(new Status(StatusCode.Internal, $"Windows has no bitmap of {width} x {height} pixels: {problem}"));
        }

        _before = Gdi.SelectObject(DeviceContext, _bitmap);
    }

    public int Width { get; }

    public int Height { get; }

    public int Bytes => checked(Width * Height * PixelBytes);

    /// <summary>Draws in the bitmap.</summary>
    public nint DeviceContext { get; }

    /// <summary>Copies the pixels, each with 255 as its fourth byte; the target has room for them.</summary>
    public void CopyTo(Span<byte> target)
    {
        _ = Gdi.Flush(); // what was asked for is drawn now
        new ReadOnlySpan<byte>(_pixels, Bytes).CopyTo(target);
        for (var alpha = PixelBytes - 1; alpha < Bytes; alpha += PixelBytes)
        {
            target[alpha] = Opaque;
        }
    }

    public void Dispose()
    {
        if (_before != 0)
        {
            Gdi.SelectObject(DeviceContext, _before);
        }

        if (_bitmap != 0)
        {
            _ = Gdi.DeleteObject(_bitmap);
        }

        _ = Gdi.DeleteDC(DeviceContext);
    }
}
