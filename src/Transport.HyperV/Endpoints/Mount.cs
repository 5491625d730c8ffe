namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>One line of /proc/mounts (proc(5)).</summary>
/// <param name="Source">What is mounted.</param>
/// <param name="Folder">Where.</param>
/// <param name="Kind">The file system.</param>
/// <param name="Options">Separated by commas.</param>
internal sealed record Mount(string Source, string Folder, string Kind, string Options)
{
    /// <summary>Reads the text of the file; lines that are no mounts are left out.</summary>
    public static IEnumerable<Mount> ParseAll(string text) => text.Split('\n')
        .Select(line => line.Split(' '))
        .Where(fields => fields.Length >= 4)
        .Select(fields => new Mount(fields[0], Unescape(fields[1]), fields[2], fields[3]));

    private static string Unescape(string folder) => folder.Replace("\\040", " ", StringComparison.Ordinal);
}
