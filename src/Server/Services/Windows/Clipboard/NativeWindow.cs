using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace WinApi.Server.Services.Windows.Clipboard;

/// <summary>A window without a picture, and the messages that Windows posts to it. Constants: WinUser.h.</summary>
[SupportedOSPlatform("windows")]
internal static partial class NativeWindow
{
    public const uint ClipboardChangedMessage = 0x031D; // WM_CLIPBOARDUPDATE
    public const uint WorkMessage = 0x8000; // WM_APP

    private const nint MessageOnly = -3; // HWND_MESSAGE

    /// <exception cref="Win32Exception">Windows refused.</exception>
    public static nint CreateMessageWindow()
    {
        var window = CreateWindowEx(0, "STATIC", null, 0, 0, 0, 0, 0, MessageOnly, 0, 0, 0);
        return window != 0 ? window : throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("user32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool AddClipboardFormatListener(nint window);

    [LibraryImport("user32", EntryPoint = "GetMessageW")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int GetMessage(out Message message, nint window, uint first, uint last);

    [LibraryImport("user32", EntryPoint = "DispatchMessageW")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial nint DispatchMessage(in Message message);

    [LibraryImport("user32", EntryPoint = "PostMessageW")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool PostMessage(nint window, uint message, nint first, nint second);

    [LibraryImport("user32", EntryPoint = "CreateWindowExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint CreateWindowEx(
        uint extendedStyle, string className, string? title, uint style, int x, int y, int width, int height,
        nint parent, nint menu, nint module, nint parameter);

    /// <summary>MSG.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct Message
    {
        public readonly nint Window;
        public readonly uint Number;
        public readonly nint First;
        public readonly nint Second;
        public readonly uint Time;
        public readonly int X;
        public readonly int Y;
    }
}
