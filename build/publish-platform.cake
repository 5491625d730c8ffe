using IO = System.IO;

/// What is published for one platform: programs that need nothing installed, and the scripts that install them.
record PublishPlatform(string RuntimeIdentifier, IReadOnlyList<string> Programs, string Scripts, string Folder)
{
    public static IReadOnlyList<PublishPlatform> All(Layout layout) => new[]
    {
        // No agent on Linux: systemd starts the host itself for one user.
        new PublishPlatform(
            "win-x64",
            layout.Programs.Append(layout.Agent).ToList(),
            IO.Path.Combine(layout.InstallationFolder, "windows"),
            layout.PublishFolder("win-x64")),
        new PublishPlatform(
            "linux-x64",
            layout.Programs,
            IO.Path.Combine(layout.InstallationFolder, "linux"),
            layout.PublishFolder("linux-x64")),
    };

    public void CopyScripts()
    {
        foreach (string script in IO.Directory.EnumerateFiles(Scripts))
        {
            IO.File.Copy(script, IO.Path.Combine(Folder, IO.Path.GetFileName(script)), overwrite: true);
        }
    }
}
