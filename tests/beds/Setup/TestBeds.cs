using System.Runtime.Versioning;
using System.Security.Cryptography;
using WinApi.Beds.Tests.Guest;
using WinApi.Beds.Tests.Hosts;
using WinApi.Beds.Tests.Setup;
using WinApi.Beds.Tests.Wine;

[assembly: AssemblyFixture(typeof(TestBeds))]
[assembly: SupportedOSPlatform("linux")] // elsewhere every test skips

namespace WinApi.Beds.Tests.Setup;

/// <summary>
/// All that the tests look at, made once and before the first of them: the programs are published, the hosts started,
/// and the guest has booted and run its checks.
/// </summary>
public sealed class TestBeds : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-beds-");
    private readonly string _kept = Path.Combine(Publishing.Folder, "last-run");
    private readonly Timings _timings = new();
    private SharedFile? _linuxMemory;
    private SharedFile? _windowsMemory;

    /// <summary>The guest, after its checks.</summary>
    internal Stage<GuestRun> Guest { get; private set; } = null!;

    /// <summary>The service under Wine, before it was removed again.</summary>
    internal Stage<WindowsRun> Windows { get; private set; } = null!;

    /// <summary>The services of Windows, of a host on a desktop under Wine.</summary>
    internal Stage<DesktopRun> Desktop { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            Guest = Stage<GuestRun>.Missing("a Linux machine");
            Windows = Stage<WindowsRun>.Missing("a Linux machine");
            Desktop = Stage<DesktopRun>.Missing("a Linux machine");
            return;
        }

        Directory.CreateDirectory(_kept);
        Directory.Delete(_kept, recursive: true);
        Directory.CreateDirectory(_kept);
        _linuxMemory = new SharedFile("linux");
        _windowsMemory = new SharedFile("windows");
        var token = InFolder("token");
        await File.WriteAllTextAsync(token, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n");
        File.SetUnixFileMode(token, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var parts = Stage<GuestParts>.RunAsync(BedTools.MissingForGuest, () => GuestParts.MakeAsync(_timings));
        await using var windows = await Stage<WindowsHost>.RunAsync(
            BedTools.MissingForWine, () => InstallWindowsHostAsync(token));
        var guest = RunGuestAsync(await parts, windows.ValueOrNull, token);
        Desktop = BedTools.MissingForDesktop.Count > 0 ? Stage<DesktopRun>.Missing(BedTools.MissingForDesktop)
            : await windows.ThenAsync(host => _timings.MeasureAsync(
                "Wine: the services of Windows on a desktop", () => RunDesktopAsync(host, token)));
        Windows = await windows.ThenAsync(host => _timings.MeasureAsync(
            "Wine: calls from Linux, removal", () => WindowsRun.RunAsync(host, _windowsMemory!.Path, token, guest)));
        Guest = await guest;
    }

    public ValueTask DisposeAsync()
    {
        _linuxMemory?.Dispose();
        _windowsMemory?.Dispose();
        _folder.Delete(recursive: true);
        Console.WriteLine(_timings);
        return ValueTask.CompletedTask;
    }

    private Task<WindowsHost> InstallWindowsHostAsync(string token)
    {
        var programs = _timings.MeasureAsync("host for Windows: publish", Publishing.WindowsHostAsync);
        return _timings.MeasureAsync("Wine: set up, install the service (with the publish)", () =>
            WindowsHost.InstallAsync(
                programs, _folder.CreateSubdirectory("wine").FullName, _kept, _windowsMemory!.Path, token));
    }

    private async Task<DesktopRun> RunDesktopAsync(WindowsHost service, string token)
    {
        var folder = _folder.CreateSubdirectory("desktop").FullName;
        var programs = await DesktopPrograms.BuildAsync(folder);
        using var memory = new SharedFile("desktop");
        await using var host = await DesktopHost.StartAsync(
            service.Prefix, await Publishing.WindowsHostAsync(), folder, memory.Path);
        return await DesktopRun.RunAsync(host, service, programs, folder, memory.Path, token);
    }

    private Task<Stage<GuestRun>> RunGuestAsync(Stage<GuestParts> parts, WindowsHost? windows, string token) =>
        parts.ThenAsync(async made =>
        {
            var bed = new GuestBed(
                _folder.CreateSubdirectory("guest").FullName, _kept, made, _linuxMemory!, _windowsMemory!, token);
            var run = await _timings.MeasureAsync("guest: hosts, QEMU from start to end", () => bed.RunAsync(windows));
            _timings.Add("  of it the boot", run.Booted);
            _timings.Add("  of it the checks", run.Finished - run.Booted);
            return run;
        });

    private string InFolder(string name) => Path.Combine(_folder.FullName, name);
}
