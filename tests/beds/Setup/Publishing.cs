using System.Reflection;

namespace WinApi.Beds.Tests.Setup;

/// <summary>
/// Programs as they are delivered, in forms that the build does not make for this machine. What is up to date is not
/// compiled again.
/// </summary>
internal static class Publishing
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(8);

    public static string RepositoryRoot { get; } = typeof(Publishing).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "RepositoryRoot").Value!;

    public static string Folder { get; } = Path.Combine(RepositoryRoot, "artifacts", "beds");

    /// <summary>The client in C, as the build has installed it.</summary>
    public static string TestClient { get; } =
        Environment.GetEnvironmentVariable("WINAPI_TEST_NATIVE_CLIENT") is { Length: > 0 } path
            ? path
            : Path.Combine(RepositoryRoot, "artifacts", "native", "bin", "test_client");

    /// <summary>Where the build has installed the C library.</summary>
    public static string NativeFolder { get; } = Path.Combine(RepositoryRoot, "artifacts", "native");

    /// <summary>The winapi command compiled ahead of time: an emulated processor starts it within a second.</summary>
    public static async Task<string> NativeClientAsync()
    {
        var output = await PublishAsync(
            "src/Client/Command", "linux-x64",
            "-p:PublishAot=true", "-p:CppCompilerAndLinker=gcc", "-p:DebugType=none");
        return Path.Combine(output, "winapi");
    }

    /// <summary>The folder of the host for Windows, with its own runtime and the scripts that install it.</summary>
    public static async Task<string> WindowsHostAsync()
    {
        var output = await PublishAsync("src/Server", "win-x64", "--self-contained");
        var scripts = Path.Combine(RepositoryRoot, "src", "Server", "Installation", "windows");
        foreach (var script in Directory.EnumerateFiles(scripts))
        {
            File.Copy(script, Path.Combine(output, Path.GetFileName(script)), overwrite: true);
        }

        return output;
    }

    /// <summary>
    /// With intermediate files of its own: those of the build stay as they are, and what was compiled for one platform is
    /// not compiled anew for the other.
    /// </summary>
    private static async Task<string> PublishAsync(string project, string runtime, params string[] options)
    {
        var name = $"{Path.GetFileName(project)}-{runtime}";
        var output = Path.Combine(Folder, name);
        await Tool.RunAsync(
            "dotnet",
            ["publish", Path.Combine(RepositoryRoot, project), "-c", "Release", "-r", runtime, "-o", output,
                "--artifacts-path", Path.Combine(Folder, "obj", name), "-v", "q", "-nologo", .. options],
            s_limit);
        return output;
    }
}
