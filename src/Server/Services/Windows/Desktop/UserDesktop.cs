using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Grpc.Core;

namespace WinApi.Server.Services.Windows.Desktop;

/// <summary>Whether this process belongs to a desktop that a user sees. Services do not: they have a window station of their own.</summary>
[SupportedOSPlatform("windows")]
internal static partial class UserDesktop
{
    private const string Interactive = "WinSta0"; // learn.microsoft.com/windows/win32/winstation/window-stations
    private const int ObjectName = 2; // UOI_NAME

    private static readonly Lazy<string> s_station = new(ReadStation);

    /// <param name="what">What the caller wants, as the beginning of a sentence.</param>
    /// <exception cref="RpcException">FAILED_PRECONDITION: there is none here.</exception>
    public static void Require(string what)
    {
        if (!string.Equals(s_station.Value, Interactive, StringComparison.OrdinalIgnoreCase))
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition,
                $"{what} needs a host in a user's session; this one is a service (window station '{s_station.Value}'). "
                + "Use WinAPIAgent: it runs as the user who is logged on"));
        }
    }

    private static unsafe string ReadStation()
    {
        var name = stackalloc char[256];
        return GetUserObjectInformation(GetProcessWindowStation(), ObjectName, name, 256 * sizeof(char), out _)
            ? new string(name) : "unknown";
    }

    [LibraryImport("user32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint GetProcessWindowStation();

    [LibraryImport("user32", EntryPoint = "GetUserObjectInformationW")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool GetUserObjectInformation(nint handle, int index, char* info, uint size, out uint needed);
}
