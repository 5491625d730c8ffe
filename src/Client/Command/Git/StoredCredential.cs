namespace WinApi.Client.Command.Git;

/// <summary>A user of a site, and the protected password.</summary>
/// <param name="Protocol">Such as https.</param>
/// <param name="Host">With the port, if there is one.</param>
/// <param name="Path">Null unless git is told to tell paths apart (credential.useHttpPath).</param>
/// <param name="Username">The user.</param>
/// <param name="Protected">The password as Windows protects it, in base64.</param>
internal sealed record StoredCredential(string Protocol, string Host, string? Path, string Username, string Protected)
{
    /// <summary>Whether it answers what git asks for, which may leave the user open.</summary>
    public bool Matches(GitAttributes asked) => asked["protocol"] == Protocol && asked["host"] == Host
        && (asked["path"] is null || asked["path"] == Path) && (asked["username"] is null || asked["username"] == Username);
}
