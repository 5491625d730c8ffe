using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace WinApi.Server.Services.Windows.Drawing;

/// <summary>The functions of Windows for bitmaps. Constants: wingdi.h.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class Gdi
{
    public const uint SourceCopy = 0x00CC0020; // SRCCOPY
    public const uint WithLayeredWindows = 0x40000000; // CAPTUREBLT

    [LibraryImport("user32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial nint GetDC(nint window);

    [LibraryImport("user32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int ReleaseDC(nint window, nint deviceContext);

    [LibraryImport("gdi32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial nint CreateCompatibleDC(nint deviceContext);

    [LibraryImport("gdi32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int DeleteDC(nint deviceContext);

    [LibraryImport("gdi32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial nint CreateDIBSection(
        nint deviceContext, BitmapHeader* header, uint usage, void** pixels, nint section, uint offset);

    [LibraryImport("gdi32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial nint SelectObject(nint deviceContext, nint thing);

    [LibraryImport("gdi32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int DeleteObject(nint thing);

    [LibraryImport("gdi32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool BitBlt(
        nint target, int x, int y, int width, int height, nint source, int sourceX, int sourceY, uint operation);

    [LibraryImport("gdi32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int SetDIBitsToDevice(
        nint target, int x, int y, uint width, uint height, int sourceX, int sourceY, uint firstLine, uint lines, void* pixels, void* header,
        uint usage);

    [LibraryImport("gdi32", EntryPoint = "GdiFlush")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int Flush();

    /// <summary>BITMAPINFOHEADER; pixels without compression.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct BitmapHeader
    {
        public uint Size;
        public int Width;
        public int Height;
        public ushort Planes;
        public ushort BitCount;
        public uint Compression;
        public uint ImageBytes;
        public int HorizontalPixelsPerMeter;
        public int VerticalPixelsPerMeter;
        public uint ColorsUsed;
        public uint ColorsImportant;
    }
}
