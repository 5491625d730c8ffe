using System.Reflection;

namespace WinApi.Tests.Processes;

/// <summary>
/// Where the programs under test are: those the environment names (what the build has published), else the output of
/// their projects.
/// </summary>
internal static class ProgramPaths
{
    public static string Host { get; } = Find("WINAPI_TEST_SERVER", "HostProgram");

    public static string Client { get; } = Find("WINAPI_TEST_CLIENT", "ClientProgram");

    private static string Find(string variable, string metadata)
    {
        var path = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(path))
        {
            path = typeof(ProgramPaths).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(entry => entry.Key == metadata).Value!;
            path = OperatingSystem.IsWindows() ? path + ".exe" : path;
        }

        return File.Exists(path)
            ? path
            : throw new FileNotFoundException(
                $"'{path}' is missing: build the solution first, or name the program in {variable}.");
    }
}
