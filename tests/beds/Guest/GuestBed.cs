using WinApi.Beds.Tests.Device;
using WinApi.Beds.Tests.Hosts;
using WinApi.Beds.Tests.Setup;
using WinApi.Beds.Tests.Wine;

namespace WinApi.Beds.Tests.Guest;

/// <summary>
/// A guest with all that it talks to. The ports, slots and tags are those of checks.sh. One that does not boot is started anew, and that
/// is told: an emulated machine stood still once for eight minutes, before anything that is tested here had begun.
/// </summary>
/// <param name="folder">For what lives as long as the guest; sockets need a short path.</param>
/// <param name="kept">For what is looked at afterwards.</param>
internal sealed class GuestBed(
    string folder, string kept, GuestParts parts, SharedFile linuxMemory, SharedFile windowsMemory, string token)
{
    private const int Boots = 3;
    private const int LinuxPort = 4660;
    private const int DiskPort = 4661;
    private const int WindowsPort = 4662;
    private const int LinuxMemorySlot = 0x10;
    private const int WindowsMemorySlot = 0x11;

    private readonly List<IAsyncDisposable> _running = [];
    private string _bootFolder = string.Empty;

    /// <summary>Starts hosts and devices, boots the guest, and ends everything when it is done.</summary>
    public async Task<GuestRun> RunAsync(WindowsHost? windows)
    {
        for (var boot = 1; ; boot++)
        {
            _bootFolder = Directory.CreateDirectory(Path.Combine(folder, $"{boot}")).FullName;
            try
            {
                return await RunMachineAsync(windows);
            }
            catch (GuestNotBootedException e) when (boot < Boots)
            {
                Console.WriteLine($"Boot {boot} of {Boots} at most: {e.Message}");
            }
            finally
            {
                await EndAllAsync();
            }
        }
    }

    private async Task EndAllAsync()
    {
        foreach (var running in Enumerable.Reverse(_running))
        {
            await running.DisposeAsync();
        }

        _running.Clear();
    }

    private async Task<GuestRun> RunMachineAsync(WindowsHost? windows)
    {
        var secrets = new Dictionary<string, string> { ["token"] = token };
        if (windows is not null)
        {
            secrets["windows"] = "/dev/null"; // tells checks.sh that there is one
        }

        var initramfs = InFolder("initramfs");
        await Initramfs.WriteAsync(initramfs, parts.Clients, secrets);
        var machine = new GuestMachine(initramfs, kept);
        machine.AddSharedMemory(linuxMemory, LinuxMemorySlot);
        machine.AddSharedMemory(windowsMemory, WindowsMemorySlot);
        await AddDiskAsync(machine);
        var device = await AddVsockAsync(machine, windows);
        var run = await machine.RunAsync();
        return run with { Connections = device.Output };
    }

    private async Task<ProgramRun> AddVsockAsync(GuestMachine machine, WindowsHost? windows)
    {
        var linuxSocket = InFolder("linux.sock");
        var diskSocket = InFolder("disk.sock");
        await StartHostAsync(linuxSocket, linuxMemory.Path);
        await StartHostAsync(diskSocket, Path.Combine(_bootFolder, "disk", "memory"));
        List<string> routes = [$"{LinuxPort}=unix:{linuxSocket}", $"{DiskPort}=unix:{diskSocket}"];
        if (windows is not null)
        {
            routes.Add($"{WindowsPort}=tcp:{windows.Port}");
        }

        var socket = InFolder("vsock.sock");
        var device = await VsockDevice.StartAsync(parts.VsockDevice, socket, routes);
        _running.Add(device);
        machine.AddVsock(socket);
        return device;
    }

    private async Task StartHostAsync(string socket, string memory)
    {
        var log = Path.Combine(kept, Path.GetFileNameWithoutExtension(socket) + "-host.log");
        _running.Add(await LinuxHost.StartAsync(socket, memory, token, log));
    }

    /// <summary>One folder with the file that a host shares, mounted in both ways that are no shared memory.</summary>
    private async Task AddDiskAsync(GuestMachine machine)
    {
        var disk = Directory.CreateDirectory(InFolder("disk")).FullName;
        await using (var memory = File.Create(Path.Combine(disk, "memory")))
        {
            memory.SetLength(SharedFile.Bytes);
        }

        machine.AddPlan9("disk", disk);
        if (VirtioFsServer.IsPossible)
        {
            var socket = InFolder("virtiofs.sock");
            _running.Add(await VirtioFsServer.StartAsync(socket, disk));
            machine.AddVirtioFs("virtiofs", socket);
        }
    }

    private string InFolder(string name) => Path.Combine(_bootFolder, name);
}
