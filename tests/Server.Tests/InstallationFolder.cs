using System.Reflection;

namespace WinApi.Server.Tests;

/// <summary>Where the scripts are that install the host.</summary>
internal static class InstallationFolder
{
    public static string Linux { get; } = typeof(InstallationFolder).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(entry => entry.Key == "LinuxInstallation").Value!;
}
