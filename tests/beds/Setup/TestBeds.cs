using WinApi.Beds.Tests.Device;
using WinApi.Beds.Tests.Guest;
using WinApi.Beds.Tests.Setup;

[assembly: AssemblyFixture(typeof(TestBeds))]

namespace WinApi.Beds.Tests.Setup;

/// <summary>
/// All that the tests look at, made once: the programs are published, the hosts started, and the guest is booted and has
/// run its checks before the first test.
/// </summary>
public sealed class TestBeds : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-beds-");
    private readonly Timings _timings = new();

    internal Stage<GuestRun> Guest { get; private set; } = null!;

    internal ProgramRun? Device { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Guest = await Stage<GuestRun>.RunAsync(BedTools.MissingForGuest, RunGuestAsync);
    }

    public async ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        Console.WriteLine(_timings);
        await Task.CompletedTask;
    }

    private async Task<GuestRun> RunGuestAsync()
    {
        var client = await _timings.MeasureAsync("winapi for the guest: publish ahead of time", Publishing.NativeClientAsync);
        var deviceProgram = await _timings.MeasureAsync("vsock device: compile", VsockDevice.BuildAsync);
        var initramfs = Path.Combine(_folder.FullName, "initramfs");
        await Initramfs.WriteAsync(initramfs, [client, Publishing.TestClient], new Dictionary<string, string>());

        await using var host = await HostRun.StartAsync();
        var socket = Path.Combine(_folder.FullName, "vsock.sock");
        Device = await VsockDevice.StartAsync(deviceProgram, socket, [$"4660=unix:{host.SocketPath}"]);
        var machine = new GuestMachine(initramfs, _folder.FullName);
        machine.AddVsock(socket);
        var run = await _timings.MeasureAsync("guest: from start to end", machine.RunAsync);
        _timings.Add("  of it the boot", run.Booted);
        _timings.Add("  of it the checks", run.Finished - run.Booted);
        return run;
    }
}
