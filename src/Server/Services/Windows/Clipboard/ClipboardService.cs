using System.Runtime.Versioning;
using System.Threading.Channels;
using Grpc.Core;
using WinApi.Server.Services.Windows.Desktop;
using WinApi.Server.Services.Windows.Drawing;
using WinApi.Transport.HyperV;
using WinApi.V1;

namespace WinApi.Server.Services.Windows.Clipboard;

/// <summary>The clipboard of the user that the host runs as. One instance serves all calls at once.</summary>
public sealed class ClipboardService : V1.Clipboard.ClipboardBase
{
    private const string What = "The clipboard";

    /// <inheritdoc />
    public override Task<ClipboardText> GetText(GetClipboardTextRequest request, ServerCallContext context) =>
        HostOfWindows.IsThis ? GetTextAsync() : throw HostOfWindows.Missing(What);

    /// <inheritdoc />
    public override Task<SetClipboardTextReply> SetText(ClipboardText request, ServerCallContext context) =>
        HostOfWindows.IsThis ? SetTextAsync(request.Text) : throw HostOfWindows.Missing(What);

    /// <inheritdoc />
    public override Task<ClipboardImage> GetImage(GetClipboardImageRequest request, ServerCallContext context) =>
        HostOfWindows.IsThis ? GetImageAsync(context) : throw HostOfWindows.Missing(What);

    /// <inheritdoc />
    public override Task<SetClipboardImageReply> SetImage(ClipboardImage request, ServerCallContext context) =>
        HostOfWindows.IsThis ? SetImageAsync(request, context) : throw HostOfWindows.Missing(What);

    /// <inheritdoc />
    public override Task Watch(
        WatchClipboardRequest request, IServerStreamWriter<ClipboardChange> responseStream, ServerCallContext context) =>
        HostOfWindows.IsThis
            ? WatchAsync(request.IncludeText, responseStream, context.CancellationToken) : throw HostOfWindows.Missing(What);

    [SupportedOSPlatform("windows")]
    private static async Task<ClipboardText> GetTextAsync()
    {
        UserDesktop.Require(What);
        return new ClipboardText { Text = await ClipboardThread.Instance.RunAsync(ClipboardContents.GetText) };
    }

    [SupportedOSPlatform("windows")]
    private static async Task<SetClipboardTextReply> SetTextAsync(string text)
    {
        UserDesktop.Require(What);
        return text.Contains('\0', StringComparison.Ordinal)
            ? throw new RpcException(new Status(
                StatusCode.InvalidArgument, "the text has a character U+0000, where text on the clipboard ends"))
            : new SetClipboardTextReply
            {
                Sequence = await ClipboardThread.Instance.RunAsync(() => ClipboardContents.SetText(text)),
            };
    }

    [SupportedOSPlatform("windows")]
    private static async Task<ClipboardImage> GetImageAsync(ServerCallContext context)
    {
        UserDesktop.Require(What);
        using var picture = await ClipboardThread.Instance.RunAsync(ClipboardPicture.Get);
        var buffer = await context.RentBufferAsync(picture.Bytes);
        picture.CopyTo(buffer.Span);
        return new ClipboardImage { Width = (uint)picture.Width, Height = (uint)picture.Height, Pixels = buffer.Reference };
    }

    [SupportedOSPlatform("windows")]
    private static async Task<SetClipboardImageReply> SetImageAsync(ClipboardImage image, ServerCallContext context)
    {
        UserDesktop.Require(What);
        if (image.Width is 0 or > ClipboardPicture.MostPixels || image.Height is 0 or > ClipboardPicture.MostPixels)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument,
                $"a picture of {image.Width} x {image.Height} pixels: each must be from 1 to {ClipboardPicture.MostPixels}"));
        }

        using var buffer = context.OpenBuffer(image.Pixels);
        var bytes = (long)image.Width * image.Height * PixelBitmap.PixelBytes;
        return buffer.Length < bytes
            ? throw new RpcException(new Status(StatusCode.InvalidArgument,
                $"{image.Width} x {image.Height} pixels take {bytes} bytes, and the buffer has {buffer.Length}"))
            : new SetClipboardImageReply
            {
                Sequence = await ClipboardThread.Instance.RunAsync(
                    () => ClipboardPicture.Set((int)image.Width, (int)image.Height, buffer.ReadOnlyMemory)),
            };
    }

    [SupportedOSPlatform("windows")]
    private static async Task WatchAsync(
        bool includeText, IServerStreamWriter<ClipboardChange> changes, CancellationToken cancellationToken)
    {
        UserDesktop.Require(What);
        var noticed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        void OnChanged() => noticed.Writer.TryWrite(true);
        var thread = ClipboardThread.Instance;
        thread.Changed += OnChanged;
        try
        {
            do
            {
                var change = await thread.RunAsync(() => ClipboardContents.Describe(includeText));
                await changes.WriteAsync(change, cancellationToken);
            }
            while (await noticed.Reader.ReadAsync(cancellationToken));
        }
        finally
        {
            thread.Changed -= OnChanged;
        }
    }
}
