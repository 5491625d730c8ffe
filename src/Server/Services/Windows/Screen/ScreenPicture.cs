using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Grpc.Core;
using WinApi.V1;

namespace WinApi.Server.Services.Windows.Screen;

/// <summary>
/// Copies a region of the screen, again and again, by way of a bitmap of Windows whose bytes this process can see. Not safe for
/// use by many threads.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class ScreenPicture : IDisposable
{
    public const int PixelBytes = 4;

    private const byte Opaque = 255;

    private readonly ScreenRegion _region;
    private readonly nint _screen;
    private readonly nint _memory;
    private readonly nint _bitmap;
    private readonly nint _before;
    private readonly byte* _pixels;

    public ScreenPicture(ScreenRegion region)
    {
        _region = region;
        _screen = Gdi.GetDC(0);
        _memory = Gdi.CreateCompatibleDC(_screen);
        var header = new Gdi.BitmapHeader
        {
            Size = (uint)sizeof(Gdi.BitmapHeader),
            Width = (int)region.Width,
            Height = -(int)region.Height, // from top to bottom
            Planes = 1,
            BitCount = 8 * PixelBytes,
        };
        void* pixels = null;
        _bitmap = Gdi.CreateDIBSection(_memory, &header, 0, &pixels, 0, 0);
        _pixels = (byte*)pixels;
        if (_bitmap == 0)
        {
            var problem = new Win32Exception(Marshal.GetLastPInvokeError()).Message;
            Dispose();
            throw new RpcException(new Status(StatusCode.Internal, $"Windows has no bitmap of that size: {problem}"));
        }

        _before = Gdi.SelectObject(_memory, _bitmap);
    }

    /// <summary>Takes the picture; the target has room for it.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: the screen cannot be read now, as while it is locked.</exception>
    public void CaptureInto(Span<byte> target)
    {
        if (!Gdi.BitBlt(
            _memory, 0, 0, (int)_region.Width, (int)_region.Height, _screen, _region.Left, _region.Top,
            Gdi.SourceCopy | Gdi.WithLayeredWindows))
        {
            throw new RpcException(new Status(StatusCode.Unavailable,
                $"the screen cannot be read: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}; is it locked?"));
        }

        _ = Gdi.Flush(); // what was asked for is drawn now
        var bytes = checked((int)(_region.Width * _region.Height * PixelBytes));
        new ReadOnlySpan<byte>(_pixels, bytes).CopyTo(target);
        for (var alpha = PixelBytes - 1; alpha < bytes; alpha += PixelBytes)
        {
            target[alpha] = Opaque; // GDI leaves it alone
        }
    }

    public void Dispose()
    {
        if (_before != 0)
        {
            Gdi.SelectObject(_memory, _before);
        }

        if (_bitmap != 0)
        {
            _ = Gdi.DeleteObject(_bitmap);
        }

        _ = Gdi.DeleteDC(_memory);
        _ = Gdi.ReleaseDC(0, _screen);
    }
}
