namespace WinApi.Benchmarks.Processes;

/// <summary>Where the benchmarks were built, with the other programs.</summary>
internal static class Repository
{
    /// <exception cref="InvalidOperationException">The benchmarks were moved elsewhere.</exception>
    public static string Root { get; } = Find();

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "WinApi.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException(
                "The benchmarks run from the repository they were built in; WinApi.slnx was not found above them.");
    }
}
