using System.Diagnostics;
using System.Runtime.Versioning;
using Grpc.Core;
using WinApi.Server.Services.Windows.Desktop;
using WinApi.Server.Services.Windows.Drawing;
using WinApi.Transport.HyperV;
using WinApi.V1;

namespace WinApi.Server.Services.Windows.Screen;

/// <summary>Pictures of the desktop of the user that the host runs as. One instance serves all calls at once.</summary>
public sealed class ScreenService : V1.Screen.ScreenBase
{
    private const string What = "The screen";

    /// <inheritdoc />
    public override Task<MonitorList> ListMonitors(ListMonitorsRequest request, ServerCallContext context)
    {
        if (!HostOfWindows.IsThis)
        {
            throw HostOfWindows.Missing(What);
        }

        UserDesktop.Require(What);
        return Task.FromResult(new MonitorList { Monitors = { Monitors.List() }, VirtualScreen = Monitors.VirtualScreen() });
    }

    /// <inheritdoc />
    public override Task<CaptureReply> Capture(CaptureRequest request, ServerCallContext context)
    {
        if (!HostOfWindows.IsThis)
        {
            throw HostOfWindows.Missing(What);
        }

        UserDesktop.Require(What);
        var region = RegionOf(request.Region);
        using var buffer = context.OpenBuffer(request.Buffer, BufferAccess.ReadWrite);
        if (buffer.Length < BytesOf(region))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument,
                $"{region.Width} x {region.Height} pixels take {BytesOf(region)} bytes, and the buffer has {buffer.Length}"));
        }

        using var picture = new ScreenPicture(region);
        picture.CaptureInto(buffer.Span);
        return Task.FromResult(new CaptureReply { Region = region, Bytes = (ulong)BytesOf(region) });
    }

    /// <inheritdoc />
    public override async Task Watch(
        WatchScreenRequest request, IServerStreamWriter<ScreenFrame> responseStream, ServerCallContext context)
    {
        if (!HostOfWindows.IsThis)
        {
            throw HostOfWindows.Missing(What);
        }

        UserDesktop.Require(What);
        var region = RegionOf(request.Region);
        using var picture = new ScreenPicture(region);
        var interval = request.MaxFramesPerSecond == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(1.0 / request.MaxFramesPerSecond);
        for (var number = 0ul; request.FrameCount == 0 || number < request.FrameCount; number++)
        {
            var began = Stopwatch.GetTimestamp();
            using (var buffer = await context.RentBufferAsync(BytesOf(region)))
            {
                picture.CaptureInto(buffer.Span);
                await responseStream.WriteAsync(
                    new ScreenFrame { Buffer = buffer.Reference, Region = region, Number = number }, context.CancellationToken);
            }

            var left = interval - Stopwatch.GetElapsedTime(began);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, context.CancellationToken);
            }
        }
    }

    [SupportedOSPlatform("windows")]
    private static int BytesOf(ScreenRegion region) => checked((int)(region.Width * region.Height * PixelBitmap.PixelBytes));

    /// <exception cref="RpcException">INVALID_ARGUMENT: the region is empty or not all on the screen.</exception>
    [SupportedOSPlatform("windows")]
    private static ScreenRegion RegionOf(ScreenRegion? wanted)
    {
        var all = Monitors.VirtualScreen();
        if (wanted is null)
        {
            return all;
        }

        var inside = wanted is { Width: > 0, Height: > 0 } && wanted.Left >= all.Left && wanted.Top >= all.Top
            && (long)wanted.Left + wanted.Width <= all.Left + all.Width && (long)wanted.Top + wanted.Height <= all.Top + all.Height;
        return inside ? wanted : throw new RpcException(new Status(StatusCode.InvalidArgument,
            $"{wanted.Width} x {wanted.Height} pixels at ({wanted.Left}, {wanted.Top}) are not all on the screen, which has "
            + $"{all.Width} x {all.Height} at ({all.Left}, {all.Top})"));
    }
}
