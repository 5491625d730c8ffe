using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests.Wine;

/// <summary>What runs beside the host for the tests of the services of Windows, compiled here.</summary>
/// <param name="Probe">A Windows program, <c>probe.c</c>.</param>
/// <param name="Services">A Linux program over the generated stubs, <c>services.c</c>.</param>
internal sealed record DesktopPrograms(string Probe, string Services)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    public static async Task<DesktopPrograms> BuildAsync(string folder)
    {
        var sources = Path.Combine(Publishing.RepositoryRoot, "tests", "beds", "Desktop");
        var programs = new DesktopPrograms(Path.Combine(folder, "probe.exe"), Path.Combine(folder, "services"));
        await Tool.RunAsync(
            BedTools.WindowsGcc,
            ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-o", programs.Probe, Path.Combine(sources, "probe.c"), "-lgdi32"], s_limit);
        await Tool.RunAsync(
            BedTools.Gcc,
            ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", Path.Combine(Publishing.NativeFolder, "include"),
                "-o", programs.Services, Path.Combine(sources, "services.c"),
                Path.Combine(Publishing.NativeFolder, "lib", "libwinapi.a"), "-pthread"],
            s_limit);
        return programs;
    }
}
