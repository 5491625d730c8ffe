using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Transport.HyperV.Connections.Authentication;

/// <summary>
/// Finds, from inside WSL2, the token files of a Windows host: Windows' drives are mounted in the guest, and Windows
/// itself keeps a user out of the profiles of others.
/// </summary>
internal static class WindowsTokens
{
    private static readonly string[] s_kinds = ["9p", "virtiofs", "drvfs"];

    public static IEnumerable<string> Paths() =>
        OperatingSystem.IsLinux() && File.Exists("/proc/mounts") ? Drives(File.ReadAllText("/proc/mounts")).SelectMany(TokensOn) : [];

    /// <summary>Where the text of /proc/mounts shows a drive of Windows.</summary>
    internal static IEnumerable<string> Drives(string mounts) => Mount.ParseAll(mounts)
        .Where(mount => s_kinds.Contains(mount.Kind) && IsDrive(mount.Source, mount.Options))
        .Select(mount => mount.Folder);

    /// <summary>As C:\134 with 9p, drvfsaC with virtiofs (microsoft/WSL, drvfs.cpp); the options may say it too.</summary>
    private static bool IsDrive(string source, string options) =>
        (source.Length >= 2 && char.IsAsciiLetter(source[0]) && source[1] == ':')
        || source.StartsWith("drvfs", StringComparison.Ordinal)
        || options.Contains("aname=drvfs", StringComparison.Ordinal);

    private static IEnumerable<string> TokensOn(string drive)
    {
        var users = Path.Combine(drive, "Users");
        return Folders(users).Select(user => Path.Combine(user, "AppData", "Local", "WinAPI", "token"))
            .Append(Path.Combine(drive, "ProgramData", "WinAPI", "token"))
            .Where(File.Exists);
    }

    private static string[] Folders(string parent)
    {
        try
        {
            return Directory.GetDirectories(parent);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
