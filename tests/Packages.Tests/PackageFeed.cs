using System.Reflection;

namespace WinApi.Packages.Tests;

/// <summary>The packages of this source tree, packed under a version that no other run has, and a template engine that knows them.</summary>
public sealed class PackageFeed : IAsyncLifetime
{
    private static readonly string[] s_projects =
    [
        "src/Transport.HyperV", "src/Transport.Http2", "protos", "src/Client/WinApi.Client.csproj", "src/Hosting", "src/Codegen", "src/Templates",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-packages-");

    public static string RepositoryRoot { get; } = typeof(PackageFeed).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "RepositoryRoot").Value!;

    public string Version { get; } = $"0.1.0-test.{DateTime.UtcNow.Ticks}";

    public string Packages => Path.Combine(_folder.FullName, "feed");

    private string Hive => Path.Combine(_folder.FullName, "hive");

    public async ValueTask InitializeAsync()
    {
        foreach (var project in s_projects)
        {
            await Command.RunAsync(
                RepositoryRoot, "dotnet", "pack", project, "-c", "Release", "--no-build", "-o", Packages, $"-p:PackageVersion={Version}",
                "-nologo", "-v", "q");
        }

        await Command.RunAsync(
            _folder.FullName, "dotnet", "new", "install", Path.Combine(Packages, $"WinApi.Templates.{Version}.nupkg"),
            "--debug:custom-hive", Hive);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        DeleteFromCache();
        return ValueTask.CompletedTask;
    }

    /// <summary>Makes a solution from the template, in an empty folder outside of the source tree.</summary>
    public async Task<string> NewApiAsync(string name)
    {
        var folder = Path.Combine(_folder.FullName, name);
        await Command.RunAsync(
            _folder.FullName, "dotnet", "new", "winapi-api", "-n", name, "-o", folder, "--debug:custom-hive", Hive);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "nuget.config"),
            $"""<configuration><packageSources><add key="winapi" value="{Packages}" /></packageSources></configuration>""");
        return folder;
    }

    /// <summary>Nobody will ask for this version again.</summary>
    private void DeleteFromCache()
    {
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (var package in Directory.GetDirectories(cache, "winapi.*"))
        {
            if (Directory.Exists(Path.Combine(package, Version)))
            {
                Directory.Delete(Path.Combine(package, Version), recursive: true);
            }
        }
    }
}
