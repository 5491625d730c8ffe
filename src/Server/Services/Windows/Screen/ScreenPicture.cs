using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Grpc.Core;
using WinApi.Server.Services.Windows.Drawing;
using WinApi.V1;

namespace WinApi.Server.Services.Windows.Screen;

/// <summary>Copies a region of the screen, again and again. Not safe for use by many threads.</summary>
[SupportedOSPlatform("windows")]
internal sealed class ScreenPicture(ScreenRegion region) : IDisposable
{
    private readonly PixelBitmap _bitmap = new((int)region.Width, (int)region.Height);
    private readonly nint _screen = Gdi.GetDC(0);

    /// <summary>Takes the picture; the target has room for it.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: the screen cannot be read now, as while it is locked.</exception>
    public void CaptureInto(Span<byte> target)
    {
        if (!Gdi.BitBlt(
            _bitmap.DeviceContext, 0, 0, _bitmap.Width, _bitmap.Height, _screen, region.Left, region.Top,
            Gdi.SourceCopy | Gdi.WithLayeredWindows))
        {
            throw new RpcException(new Status(StatusCode.Unavailable,
                $"the screen cannot be read: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}; is it locked?"));
        }

        _bitmap.CopyTo(target);
    }

    public void Dispose()
    {
        _bitmap.Dispose();
        _ = Gdi.ReleaseDC(0, _screen);
    }
}
