using System.Text;
using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests.Guest;

/// <summary>The guest's only file system: busybox, drivers, the programs under test and what is run.</summary>
internal static class Initramfs
{
    /// <summary>AF_VSOCK over virtio, Plan 9 and virtiofs mounts. ivshmem needs none.</summary>
    private static readonly string[] s_drivers =
        ["virtio_pci", "vmw_vsock_virtio_transport", "9p", "9pnet_virtio", "virtiofs"];

    private static readonly string s_scripts = Path.Combine(Publishing.RepositoryRoot, "tests", "beds", "Guest");

    /// <param name="path">Where it is written.</param>
    /// <param name="programs">Come to /bin, with the libraries they need.</param>
    /// <param name="secrets">Files of this machine by their path in the guest.</param>
    public static async Task WriteAsync(
        string path, IReadOnlyList<string> programs, IReadOnlyDictionary<string, string> secrets)
    {
        var libraries = await Task.WhenAll(
            programs.Select(SharedLibraries.OfAsync).Append(SharedLibraries.OfCryptographyAsync()));
        await using var file = File.Create(path);
        using var archive = new CpioArchive(file);
        foreach (var folder in new[] { "dev", "proc", "sys", "tmp" })
        {
            archive.AddDirectory(folder);
        }

        archive.AddProgram("bin/busybox", await File.ReadAllBytesAsync(BedTools.BusyBox));
        archive.AddProgram("init", await File.ReadAllBytesAsync(Path.Combine(s_scripts, "init")));
        archive.AddProgram("checks.sh", await File.ReadAllBytesAsync(Path.Combine(s_scripts, "checks.sh")));
        await AddDriversAsync(archive);
        foreach (var program in programs)
        {
            archive.AddProgram($"bin/{Path.GetFileName(program)}", await File.ReadAllBytesAsync(program));
        }

        foreach (var library in libraries.SelectMany(paths => paths).Distinct())
        {
            archive.AddProgram(library, await File.ReadAllBytesAsync(library));
        }

        foreach (var (target, source) in secrets)
        {
            archive.AddSecret(target, await File.ReadAllBytesAsync(source));
        }
    }

    private static async Task AddDriversAsync(CpioArchive archive)
    {
        var drivers = KernelModules.WithDependencies(BedTools.Modules!, s_drivers);
        foreach (var driver in drivers)
        {
            archive.AddProgram($"modules/{Path.GetFileName(driver)}", await File.ReadAllBytesAsync(driver));
        }

        var order = string.Join('\n', drivers.Select(Path.GetFileName));
        archive.AddProgram("modules/order", Encoding.ASCII.GetBytes(order));
    }
}
