using System.Runtime.Versioning;
using Grpc.Core;
using Microsoft.Win32;

namespace WinApi.Server.Services.Windows.Registry;

/// <summary>The names that paths in the registry begin with.</summary>
[SupportedOSPlatform("windows")]
internal static class RootKeys
{
    private static readonly Dictionary<string, RegistryHive> s_roots = new(StringComparer.OrdinalIgnoreCase)
    {
        ["HKLM"] = RegistryHive.LocalMachine,
        ["HKEY_LOCAL_MACHINE"] = RegistryHive.LocalMachine,
        ["HKCU"] = RegistryHive.CurrentUser,
        ["HKEY_CURRENT_USER"] = RegistryHive.CurrentUser,
        ["HKCR"] = RegistryHive.ClassesRoot,
        ["HKEY_CLASSES_ROOT"] = RegistryHive.ClassesRoot,
        ["HKU"] = RegistryHive.Users,
        ["HKEY_USERS"] = RegistryHive.Users,
        ["HKCC"] = RegistryHive.CurrentConfig,
        ["HKEY_CURRENT_CONFIG"] = RegistryHive.CurrentConfig,
    };

    /// <exception cref="RpcException">INVALID_ARGUMENT: the path begins with none of them.</exception>
    public static (RegistryHive Root, string Below) Split(string path)
    {
        var end = path.IndexOf('\\', StringComparison.Ordinal);
        var name = end < 0 ? path : path[..end];
        return s_roots.TryGetValue(name, out var root)
            ? (root, end < 0 ? string.Empty : path[(end + 1)..])
            : throw new RpcException(new Status(StatusCode.InvalidArgument,
                $@"'{path}' does not begin with a root key: HKLM, HKCU, HKCR, HKU or HKCC, as in HKLM\SOFTWARE"));
    }
}
