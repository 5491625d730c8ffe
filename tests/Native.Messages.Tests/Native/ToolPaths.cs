using System.Reflection;

namespace WinApi.Native.Tests.Native;

/// <summary>Where the build found its tools, and the repository.</summary>
internal static class ToolPaths
{
    public static string RepositoryRoot { get; } = Read("RepositoryRoot");

    public static string Plugin { get; } = Read("Plugin");

    public static string Protoc { get; } = Read("Protoc");

    public static string WellKnownProtos { get; } = Read("WellKnownProtos");

    public static string Tests { get; } = Path.Combine(RepositoryRoot, "tests", "Native.Messages.Tests");

    private static string Read(string key) => typeof(ToolPaths).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(entry => entry.Key == key).Value!;
}
