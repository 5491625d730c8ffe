using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Grpc.Core;
using WinApi.V1;

namespace WinApi.Server.Services.Windows.Clipboard;

/// <summary>What is on the clipboard, while it is open (<see cref="ClipboardThread.RunAsync"/>).</summary>
[SupportedOSPlatform("windows")]
internal static class ClipboardContents
{
    /// <exception cref="RpcException">NOT_FOUND: it holds none.</exception>
    public static string GetText() => TryGetText() ?? throw Missing("text");

    /// <summary>Its number afterwards.</summary>
    public static uint SetText(string text) => ClipboardMemory.Put(
        NativeClipboard.UnicodeText, checked((text.Length + 1) * sizeof(char)), target =>
        {
            MemoryMarshal.AsBytes(text.AsSpan()).CopyTo(target);
            target[^sizeof(char)..].Clear();
        });

    public static ClipboardChange Describe(bool includeText)
    {
        var hasText = NativeClipboard.IsAvailable(NativeClipboard.UnicodeText);
        return new ClipboardChange
        {
            Sequence = NativeClipboard.SequenceNumber(),
            HasText = hasText,
            Text = includeText && hasText ? TryGetText() ?? string.Empty : string.Empty,
            HasImage = NativeClipboard.IsAvailable(NativeClipboard.Dib),
        };
    }

    public static RpcException Missing(string what) => new(new Status(
        StatusCode.NotFound, NativeClipboard.CountFormats() == 0
            ? "the clipboard is empty" : $"the clipboard holds something, but no {what}"));

    private static string? TryGetText() => ClipboardMemory.Read(NativeClipboard.UnicodeText, bytes =>
    {
        var text = MemoryMarshal.Cast<byte, char>(bytes);
        var end = text.IndexOf('\0'); // it may have been left out
        return new string(end < 0 ? text : text[..end]);
    });
}
