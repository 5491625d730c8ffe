using System.Runtime.Versioning;
using System.Threading.Channels;
using Grpc.Core;
using WinApi.Server.Services.Windows.Desktop;
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
