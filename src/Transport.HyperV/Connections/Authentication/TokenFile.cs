namespace WinApi.Transport.HyperV.Connections.Authentication;

/// <summary>Where tokens are kept: made by a host, found by clients.</summary>
internal static class TokenFile
{
    public const string Variable = "WINAPI_TOKEN_FILE";

    /// <summary><c>%LOCALAPPDATA%\WinAPI\token</c>, elsewhere <c>$XDG_CONFIG_HOME/winapi/token</c> (~/.config).</summary>
    public static string UserPath => OperatingSystem.IsWindows()
        ? Path.Combine(Folder(Environment.SpecialFolder.LocalApplicationData), "WinAPI", "token")
        : Path.Combine(Folder(Environment.SpecialFolder.ApplicationData), "winapi", "token");

    /// <summary>The path a host uses where it is given none.</summary>
    public static string HostPath => Named ?? UserPath;

    private static string? Named => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null;

    /// <summary>Where a client looks: the one path that is named, else all the usual ones.</summary>
    public static IReadOnlyList<string> ClientPaths(string? path) =>
        (path ?? Named) is { } named ? [named] : [UserPath, .. WindowsTokens.Paths()];

    /// <summary>The host's token; made where there is none.</summary>
    /// <exception cref="IOException">The file cannot be made or read, holds no token, or others may read it.</exception>
    public static Token LoadOrCreate(string path)
    {
        try
        {
            if (TryCreate(path) is { } created)
            {
                return created;
            }

            RequireOwnerOnly(path);
            return Token.TryParse(File.ReadAllText(path)) ?? throw new IOException(
                $"the token file {path} does not hold a token of {2 * Token.Bytes} hexadecimal digits: delete it, and the host makes a new one");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"the token file {path} cannot be used: {e.Message}; name another with {Variable}", e);
        }
    }

    /// <summary>The tokens a client can find, and what it found at each path.</summary>
    public static IReadOnlyList<(string Path, Token? Token, string Found)> Find(string? path) =>
        [.. ClientPaths(path).Select(Read)];

    private static string Folder(Environment.SpecialFolder folder) =>
        Environment.GetFolderPath(folder, Environment.SpecialFolderOption.DoNotVerify);

    private static (string Path, Token? Token, string Found) Read(string path)
    {
        try
        {
            var token = Token.TryParse(File.ReadAllText(path));
            return (path, token, token is null ? "holds no token" : "found");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (path, null, "not there");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (path, null, e.Message);
        }
    }

    private static Token? TryCreate(string path)
    {
        if (File.Exists(path))
        {
            return null;
        }

        var token = Token.Create();
        try
        {
            using var writer = new StreamWriter(OperatingSystem.IsWindows() ? OwnersFile.CreateOnWindows(path) : OwnersFile.Create(path));
            writer.Write(token.ToFileText());
            return token;
        }
        catch (IOException) when (File.Exists(path))
        {
            return null; // another host was faster
        }
    }

    private static void RequireOwnerOnly(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnersFile.FolderMode) != 0)
        {
            throw new IOException($"the token file {path} can be used by others: chmod 600 {path}");
        }
    }
}
