using System.ComponentModel;
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
    public static string GetText() => TryGetText() ?? throw new RpcException(new Status(
        StatusCode.NotFound, NativeClipboard.CountFormats() == 0
            ? "the clipboard is empty" : "the clipboard holds something, but no text"));

    /// <summary>Its number afterwards.</summary>
    public static uint SetText(string text)
    {
        var memory = NativeClipboard.Allocate(NativeClipboard.Movable, (nuint)((text.Length + 1) * sizeof(char)));
        Check(memory != 0);
        try
        {
            Write(memory, text);
            Check(NativeClipboard.Empty());
            Check(NativeClipboard.SetData(NativeClipboard.UnicodeText, memory) != 0);
            memory = 0; // the clipboard's now
        }
        finally
        {
            _ = memory == 0 ? 0 : NativeClipboard.Free(memory);
        }

        return NativeClipboard.SequenceNumber();
    }

    public static ClipboardChange Describe(bool includeText)
    {
        var hasText = NativeClipboard.IsAvailable(NativeClipboard.UnicodeText);
        return new ClipboardChange
        {
            Sequence = NativeClipboard.SequenceNumber(),
            HasText = hasText,
            Text = includeText && hasText ? TryGetText() ?? string.Empty : string.Empty,
        };
    }

    private static unsafe void Write(nint memory, string text)
    {
        var target = (char*)NativeClipboard.Lock(memory);
        Check(target is not null);
        text.CopyTo(new Span<char>(target, text.Length));
        target[text.Length] = '\0';
        _ = NativeClipboard.Unlock(memory);
    }

    private static unsafe string? TryGetText()
    {
        var memory = NativeClipboard.IsAvailable(NativeClipboard.UnicodeText)
            ? NativeClipboard.GetData(NativeClipboard.UnicodeText) : 0;
        if (memory == 0)
        {
            return null;
        }

        var source = (char*)NativeClipboard.Lock(memory);
        Check(source is not null);
        try
        {
            // Another program wrote it: it may have left the end out.
            var text = new ReadOnlySpan<char>(source, checked((int)(NativeClipboard.SizeOf(memory) / sizeof(char))));
            var end = text.IndexOf('\0');
            return new string(end < 0 ? text : text[..end]);
        }
        finally
        {
            _ = NativeClipboard.Unlock(memory);
        }
    }

    private static void Check(bool succeeded)
    {
        if (!succeeded)
        {
            throw new RpcException(new Status(StatusCode.Internal,
                $"Windows refused the clipboard: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}"));
        }
    }
}
