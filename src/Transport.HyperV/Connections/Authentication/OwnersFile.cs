using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace WinApi.Transport.HyperV.Connections.Authentication;

/// <summary>Makes a file that nobody but its owner, and on Windows the system and administrators, can open.</summary>
internal static class OwnersFile
{
    /// <summary>Of a folder made for the file.</summary>
    public const UnixFileMode FolderMode = FileMode600 | UnixFileMode.UserExecute;

    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="IOException">There is one already, or it cannot be made.</exception>
    [UnsupportedOSPlatform("windows")]
    public static FileStream Create(string path)
    {
        var folder = FolderOf(path);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, FolderMode);
        }

        return new FileStream(
            path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = FileMode600 });
    }

    /// <summary>Inherits nothing: in a folder such as ProgramData everybody may read what is new.</summary>
    /// <exception cref="IOException">There is one already, or it cannot be made.</exception>
    [SupportedOSPlatform("windows")]
    public static FileStream CreateOnWindows(string path)
    {
        Directory.CreateDirectory(FolderOf(path));
        var security = new FileSecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        using var owner = WindowsIdentity.GetCurrent();
        foreach (var account in (SecurityIdentifier?[])[owner.User, Known(WellKnownSidType.LocalSystemSid), Known(WellKnownSidType.BuiltinAdministratorsSid)])
        {
            if (account is not null)
            {
                security.AddAccessRule(new FileSystemAccessRule(account, FileSystemRights.FullControl, AccessControlType.Allow));
            }
        }

        return new FileInfo(path).Create(
            FileMode.CreateNew, FileSystemRights.Write, FileShare.None, bufferSize: 4096, FileOptions.None, security);
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    [SupportedOSPlatform("windows")]
    private static SecurityIdentifier Known(WellKnownSidType account) => new(account, domainSid: null);
}
