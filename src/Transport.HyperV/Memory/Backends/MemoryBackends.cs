namespace WinApi.Transport.HyperV.Memory.Backends;

/// <summary>The backends of one side, in the order in which they are tried.</summary>
internal static class MemoryBackends
{
    private const string FileVariable = "WINAPI_SHARED_MEM";
    private const string WindowVariable = "WINAPI_WSLG_DAX";

    /// <param name="mode">Which of them may be used.</param>
    /// <param name="file">For <see cref="FileBackend"/>; null: what WINAPI_SHARED_MEM says.</param>
    /// <param name="newFileBytes">How large a host makes that file where there is none.</param>
    public static IReadOnlyList<MemoryBackend> For(SharedMemoryMode mode, string? file, long newFileBytes)
    {
        MemoryBackend[] all =
        [
            new MemfdBackend(),
            new WslgDaxBackend(Variable(WindowVariable), () => File.ReadAllText("/proc/mounts")),
            new FileBackend(file ?? NamedFile, newFileBytes),
        ];
        return mode switch
        {
            SharedMemoryMode.None => [],
            SharedMemoryMode.Memfd => [all[0]],
            SharedMemoryMode.WslgDax => [all[1]],
            SharedMemoryMode.File => [all[2]],
            _ => all,
        };
    }

    /// <summary>Programs in C also take words such as <c>none</c> in this variable, which are no path.</summary>
    private static string? NamedFile => Variable(FileVariable) is { } path && Path.IsPathFullyQualified(path) ? path : null;

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
