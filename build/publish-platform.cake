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

    /// The command is compiled ahead of time where that can be done, which is on the platform itself: a shell waits for it.
    public DotNetMSBuildSettings SettingsOf(string program)
    {
        var settings = new DotNetMSBuildSettings();
        bool isHere = OperatingSystem.IsLinux() && RuntimeIdentifier == "linux-x64";
        return isHere && IO.Path.GetFileName(program) == "winapi.csproj"
            ? settings.WithProperty("PublishAot", "true").WithProperty("CppCompilerAndLinker", "gcc").WithProperty("DebugType", "none")
            : settings;
    }

    public void CopyScripts()
    {
        foreach (string script in IO.Directory.EnumerateFiles(Scripts))
        {
            IO.File.Copy(script, IO.Path.Combine(Folder, IO.Path.GetFileName(script)), overwrite: true);
        }
    }
}
