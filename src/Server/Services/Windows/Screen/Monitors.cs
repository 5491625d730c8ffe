using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using WinApi.V1;

namespace WinApi.Server.Services.Windows.Screen;

/// <summary>Which monitors there are. Constants: WinUser.h.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class Monitors
{
    private const int VirtualLeft = 76; // SM_XVIRTUALSCREEN and the three after it
    private const int VirtualTop = 77;
    private const int VirtualWidth = 78;
    private const int VirtualHeight = 79;
    private const uint Primary = 1; // MONITORINFOF_PRIMARY
    private const int NameChars = 32; // CCHDEVICENAME

    public static ScreenRegion VirtualScreen() => new()
    {
        Left = GetSystemMetrics(VirtualLeft),
        Top = GetSystemMetrics(VirtualTop),
        Width = (uint)GetSystemMetrics(VirtualWidth),
        Height = (uint)GetSystemMetrics(VirtualHeight),
    };

    public static IReadOnlyList<V1.Monitor> List()
    {
        var monitors = new List<V1.Monitor>();
        var handle = GCHandle.Alloc(monitors);
        try
        {
            _ = EnumDisplayMonitors(0, null, &Add, GCHandle.ToIntPtr(handle));
        }
        finally
        {
            handle.Free();
        }

        return monitors;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvStdcall)])]
    private static int Add(nint monitor, nint deviceContext, Rectangle* rectangle, nint list)
    {
        var info = new MonitorInfo { Size = (uint)sizeof(MonitorInfo) };
        if (GetMonitorInfo(monitor, &info) != 0)
        {
            ((List<V1.Monitor>)GCHandle.FromIntPtr(list).Target!).Add(new V1.Monitor
            {
                Name = new string(info.Name),
                Primary = (info.Flags & Primary) != 0,
                Region = new ScreenRegion
                {
                    Left = info.Whole.Left,
                    Top = info.Whole.Top,
                    Width = (uint)(info.Whole.Right - info.Whole.Left),
                    Height = (uint)(info.Whole.Bottom - info.Whole.Top),
                },
            });
        }

        return 1; // go on
    }

    [LibraryImport("user32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int GetSystemMetrics(int index);

    [LibraryImport("user32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int EnumDisplayMonitors(
        nint deviceContext, Rectangle* clip, delegate* unmanaged[Stdcall]<nint, nint, Rectangle*, nint, int> add, nint data);

    [LibraryImport("user32", EntryPoint = "GetMonitorInfoW")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int GetMonitorInfo(nint monitor, MonitorInfo* info);

    [StructLayout(LayoutKind.Sequential)]
    private struct Rectangle
    {
        public int Left;
        public int Top;
        public int Right;
        public int Bottom;
    }

    /// <summary>MONITORINFOEXW.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MonitorInfo
    {
        public uint Size;
        public Rectangle Whole;
        public Rectangle Work;
        public uint Flags;
        public fixed char Name[NameChars];
    }
}
