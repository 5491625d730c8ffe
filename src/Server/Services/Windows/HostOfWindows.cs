using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Grpc.Core;

namespace WinApi.Server.Services.Windows;

/// <summary>What a service of Windows says on other systems.</summary>
internal static class HostOfWindows
{
    [SupportedOSPlatformGuard("windows")]
    public static bool IsThis => OperatingSystem.IsWindows();

    /// <param name="what">What the caller wants, as the beginning of a sentence.</param>
    public static RpcException Missing(string what) => new(new Status(
        StatusCode.FailedPrecondition,
        $"{what} needs a host that runs on Windows; this one runs on {RuntimeInformation.OSDescription}"));
}
