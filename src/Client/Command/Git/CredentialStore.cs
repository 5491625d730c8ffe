using System.Text.Json;

namespace WinApi.Client.Command.Git;

/// <summary>
/// The credentials that git has stored: who and where as they are, passwords as Windows protects them. A file that its owner
/// alone can read. Two that write at the same moment: the later one wins.
/// </summary>
internal sealed class CredentialStore(string path)
{
    /// <summary>That of the user: <c>winapi/git-credentials.json</c> in XDG_DATA_HOME, else in ~/.local/share.</summary>
    public static CredentialStore OfUser()
    {
        var data = Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } named ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
        return new CredentialStore(Path.Combine(data, "winapi", "git-credentials.json"));
    }

    /// <exception cref="InvalidDataException">The file is not one of these.</exception>
    public IReadOnlyList<StoredCredential> Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), StoredCredentialContext.Default.StoredCredentialArray) ?? [];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is damaged ({e.Message}); remove it, and git asks again", e);
        }
    }

    public void Write(IEnumerable<StoredCredential> credentials)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var next = path + ".next";
        using (var stream = new FileStream(next, options))
        {
            JsonSerializer.Serialize(stream, [.. credentials], StoredCredentialContext.Default.StoredCredentialArray);
        }

        File.Move(next, path, overwrite: true);
    }
}
