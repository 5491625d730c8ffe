using System.Diagnostics;
using System.Globalization;
using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests.Guest;

/// <summary>A Linux machine that QEMU emulates without the help of this machine's hypervisor.</summary>
internal sealed class GuestMachine
{
    /// <summary>Boot and all checks take about a minute; this is for machines busy with other work.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(8);

    /// <summary>It takes six seconds, and half a minute beside other work.</summary>
    private static readonly TimeSpan s_bootLimit = TimeSpan.FromMinutes(2);

    private const string Memory = "768M";

    private readonly string _console;
    private readonly List<string> _arguments;

    /// <param name="initramfs">What it boots.</param>
    /// <param name="folder">Where its console and results go.</param>
    public GuestMachine(string initramfs, string folder)
    {
        Results = Directory.CreateDirectory(Path.Combine(folder, "results")).FullName;
        _console = Path.Combine(folder, "console.log");
        _arguments =
        [
            "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", Memory,
            // A device in another process sees the guest's memory.
            "-object", $"memory-backend-memfd,id=ram,size={Memory},share=on", "-M", "q35,memory-backend=ram",
            "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-serial", $"file:{_console}",
            "-kernel", BedTools.Kernel!, "-initrd", initramfs, "-append", "console=ttyS0 panic=-1",
        ];
        AddPlan9("results", Results);
    }

    /// <summary>The folder that the guest sees as /results.</summary>
    public string Results { get; }

    /// <summary>A virtio-vsock device that another process provides on a Unix socket.</summary>
    public void AddVsock(string socket) => _arguments.AddRange(
        ["-chardev", $"socket,id=vsock,path={socket}", "-device", "vhost-user-vsock-pci,chardev=vsock"]);

    /// <summary>A file of this machine as memory of a PCI device: the guest finds it at 0000:00:SLOT.0.</summary>
    public void AddSharedMemory(SharedFile file, int slot) => _arguments.AddRange(
        ["-object", $"memory-backend-file,id=shared{slot:x},share=on,mem-path={file.Path},size={SharedFile.Bytes}",
            "-device", $"ivshmem-plain,memdev=shared{slot:x},addr=0x{slot:x}"]);

    /// <summary>A folder of this machine, as WSL2 mounts C:.</summary>
    public void AddPlan9(string tag, string folder) => _arguments.AddRange(
        ["-virtfs", $"local,path={folder},mount_tag={tag},security_model=none"]);

    /// <summary>A folder of this machine that another process serves on a Unix socket. No DAX.</summary>
    public void AddVirtioFs(string tag, string socket) => _arguments.AddRange(
        ["-chardev", $"socket,id={tag},path={socket}", "-device", $"vhost-user-fs-pci,chardev={tag},tag={tag}"]);

    /// <summary>Boots, runs all checks, and ends.</summary>
    /// <exception cref="GuestNotBootedException">It did not get as far as its first check.</exception>
    public async Task<GuestRun> RunAsync()
    {
        var start = new ProcessStartInfo(BedTools.Qemu, _arguments) { RedirectStandardError = true };
        using var qemu = Process.Start(start)!;
        var errors = qemu.StandardError.ReadToEndAsync();
        var ended = Tool.EndsAsync(qemu, s_limit);
        var since = Stopwatch.StartNew();
        if (!await HasBootedAsync(ended, since))
        {
            qemu.Kill();
            await ended;
            throw new GuestNotBootedException(
                $"The guest did not get as far as its first check in {since.Elapsed.TotalSeconds:0} s. {await errors} "
                + $"The end of its console: {await ConsoleEndAsync()}");
        }

        try
        {
            await ended;
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}; the guest's console: {await File.ReadAllTextAsync(_console)}");
        }

        if (!File.Exists(Path.Combine(Results, "finished")))
        {
            throw new InvalidOperationException(
                $"The guest did not get to the end of its checks. QEMU ended with exit code {qemu.ExitCode}: "
                + $"{await errors} The guest's console: {await File.ReadAllTextAsync(_console)}");
        }

        return new GuestRun(Results, Seconds("booted"), Seconds("finished"), []);
    }

    private async Task<bool> HasBootedAsync(Task ended, Stopwatch since)
    {
        var sign = Path.Combine(Results, "booted");
        while (!File.Exists(sign) && !ended.IsCompleted && since.Elapsed < s_bootLimit)
        {
            await Task.WhenAny(ended, Task.Delay(100));
        }

        return File.Exists(sign);
    }

    private async Task<string> ConsoleEndAsync() => string.Join(" | ", (await File.ReadAllLinesAsync(_console)).TakeLast(5));

    private TimeSpan Seconds(string file) => TimeSpan.FromSeconds(
        double.Parse(File.ReadAllText(Path.Combine(Results, file)), CultureInfo.InvariantCulture));
}
