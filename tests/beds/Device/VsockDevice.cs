using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests.Device;

/// <summary>
/// The vsock device of the guest (main.c beside this file), as a process: what the guest connects to CID 2 comes out at
/// sockets of this machine.
/// </summary>
internal static class VsockDevice
{
    public const int GuestCid = 3;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    /// <summary>Compiles it; gives its path.</summary>
    public static async Task<string> BuildAsync()
    {
        var sources = Path.Combine(Publishing.RepositoryRoot, "tests", "beds", "Device");
        var program = Path.Combine(Directory.CreateDirectory(Publishing.Folder).FullName, "vsock_device");
        await Tool.RunAsync(
            BedTools.Gcc,
            ["-std=c11", "-O2", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsanitize=address,undefined",
                "-o", program, .. Directory.EnumerateFiles(sources, "*.c")],
            s_limit);
        return program;
    }

    /// <param name="program">What was built.</param>
    /// <param name="socket">Where QEMU finds it.</param>
    /// <param name="routes">"PORT=unix:/path" or "PORT=tcp:PORT".</param>
    public static async Task<ProgramRun> StartAsync(string program, string socket, IEnumerable<string> routes)
    {
        var device = ProgramRun.Start(program, [socket, $"{GuestCid}", .. routes]);
        await device.PrintsAsync("listening on ");
        return device;
    }
}
