namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>Tells the kernel of a WSL2 VM from any other.</summary>
internal static class Wsl2Kernel
{
    private const string ReleaseFile = "/proc/sys/kernel/osrelease";

    /// <summary>Whether this process runs on one.</summary>
    public static bool IsThis { get; } = Recognizes(ReadRelease());

    /// <summary>Microsoft's kernels are called so: 5.15.153.1-microsoft-standard-WSL2.</summary>
    public static bool Recognizes(string release) =>
        release.Contains("microsoft", StringComparison.OrdinalIgnoreCase)
        && release.Contains("WSL2", StringComparison.OrdinalIgnoreCase);

    /// <summary>The release of the kernel, as <c>uname -r</c> tells it; empty where the system has no such file.</summary>
    public static string ReadRelease()
    {
        try
        {
            return File.Exists(ReleaseFile) ? File.ReadAllText(ReleaseFile).Trim() : string.Empty;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
