using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace WinApi.Server.Services.Windows.Clipboard;

/// <summary>The functions of Windows for the clipboard and for memory that goes there. Constants: WinUser.h, WinBase.h.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class NativeClipboard
{
    public const uint Dib = 8; // CF_DIB
    public const uint UnicodeText = 13; // CF_UNICODETEXT
    public const uint Movable = 2; // GMEM_MOVEABLE

    [LibraryImport("user32", EntryPoint = "OpenClipboard", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool Open(nint window);

    [LibraryImport("user32", EntryPoint = "CloseClipboard")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int Close();

    [LibraryImport("user32", EntryPoint = "EmptyClipboard", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool Empty();

    [LibraryImport("user32", EntryPoint = "IsClipboardFormatAvailable")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool IsAvailable(uint format);

    [LibraryImport("user32", EntryPoint = "GetClipboardData", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial nint GetData(uint format);

    [LibraryImport("user32", EntryPoint = "SetClipboardData", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial nint SetData(uint format, nint memory);

    [LibraryImport("user32", EntryPoint = "CountClipboardFormats")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int CountFormats();

    [LibraryImport("user32", EntryPoint = "GetClipboardSequenceNumber")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial uint SequenceNumber();

    [LibraryImport("user32", EntryPoint = "GetOpenClipboardWindow")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial nint HoldingWindow();

    [LibraryImport("user32", EntryPoint = "GetWindowThreadProcessId")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial uint ThreadOf(nint window, out uint process);

    [LibraryImport("kernel32", EntryPoint = "GlobalAlloc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial nint Allocate(uint flags, nuint bytes);

    [LibraryImport("kernel32", EntryPoint = "GlobalFree")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial nint Free(nint memory);

    [LibraryImport("kernel32", EntryPoint = "GlobalLock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial void* Lock(nint memory);

    [LibraryImport("kernel32", EntryPoint = "GlobalUnlock")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int Unlock(nint memory);

    [LibraryImport("kernel32", EntryPoint = "GlobalSize")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial nuint SizeOf(nint memory);
}
