using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Memory.Backends;

/// <summary>
/// WSLg's virtiofs-DAX window: a file that the guest makes in it is a section of Windows' memory, which the host opens
/// as <c>WSL\VMID\wslg\NAME</c> (microsoft/WSL, WslCoreVm.cpp). Undocumented, so only ever used once it is proved.
/// </summary>
/// <param name="window">The folder where the window is mounted; null: looked for among the mounts.</param>
/// <param name="mounts">The text of /proc/mounts.</param>
internal sealed class WslgDaxBackend(string? window, Func<string> mounts) : MemoryBackend
{
    private const int NameBytes = 16;

    public override MemoryKind Kind => MemoryKind.WslgDax;

    public override OfferedMemory Offer(MappingLayout layout, bool socketPassesDescriptors)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new IOException("the window is there in WSL2 only");
        }

        var folder = window ?? FindWindow(mounts()) ?? throw new IOException(
            "WSLg's DAX window is not mounted (sudo mkdir -p /mnt/wslgshm && sudo mount -t virtiofs wslg /mnt/wslgshm -o dax)");
        var name = RandomNumberGenerator.GetHexString(2 * NameBytes, lowercase: true);
        var mapping = Create(Path.Combine(folder, name), layout.TotalBytes);
        return new OfferedMemory(name, null, _ => Interlocked.Exchange(ref mapping, null)!, () => mapping?.Release());
    }

    public override TakenMemory Take(MemoryProposal proposal)
    {
        if (!OperatingSystem.IsWindows())
        {
            throw new IOException("the host does not run on Windows");
        }

        if (proposal.VirtualMachineId is not { } machine)
        {
            throw new IOException(
                "the host does not know the id of the WSL virtual machine; it does on an hvsocket: endpoint, or from WINAPI_VM_ID");
        }

        if (proposal.Name.Length != 2 * NameBytes || !proposal.Name.All(char.IsAsciiHexDigitLower))
        {
            throw new IOException("the name offered is not one that a client makes");
        }

        return new TakenMemory(WindowsMapping.Map(OpenSection(machine, proposal.Name), 0, proposal.Layout.TotalBytes), Offset: 0);
    }

    /// <summary>Where a line of /proc/mounts shows the window, or null.</summary>
    internal static string? FindWindow(string mounts) => Mount.ParseAll(mounts)
        .FirstOrDefault(mount => mount is { Source: "wslg", Kind: "virtiofs" } && mount.Options.Split(',')
            .Any(option => option == "dax" || option.StartsWith("dax=", StringComparison.Ordinal)))?.Folder;

    [SupportedOSPlatform("windows")]
    private static MemoryMappedFile OpenSection(Guid machine, string name)
    {
        var section = $@"WSL\{machine.ToString("D").ToUpperInvariant()}\wslg\{name}";
        try
        {
            return MemoryMappedFile.OpenExisting(section, MemoryMappedFileRights.ReadWrite);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or FileNotFoundException)
        {
            throw new IOException(
                $"opening the section {section} failed: {e.Message} (the host must run in the session of the user who runs WSL)", e);
        }
    }

    /// <summary>The first touch of a page is slow here, so all are touched now; the file lives while it is open.</summary>
    [SupportedOSPlatform("linux")]
    private static SharedMapping Create(string path, long length)
    {
        var file = OpenNew(path);
        try
        {
            LinuxMapping.Check(LinuxMemory.Allocate(file, 0, 0, length) == 0, $"fallocate of {path}");
            var mapping = LinuxMapping.Map(file, 0, length, () => Remove(file, path));
            for (var page = 0L; page < length; page += MappingLayout.PageSize)
            {
                mapping.GetSpan(page, 1)[0] = 0;
            }

            return mapping;
        }
        catch
        {
            Remove(file, path);
            throw;
        }
    }

    [SupportedOSPlatform("linux")]
    private static SafeFileHandle OpenNew(string path)
    {
        const int create = LinuxMemory.OpenCreate | LinuxMemory.OpenExclusive;
        try
        {
            return LinuxMapping.Open(path, create);
        }
        catch (IOException) when (Marshal.GetLastPInvokeError() == LinuxMemory.InputOutputError)
        {
            return LinuxMapping.Open(path, create); // the first after a mount may fail once (microsoft/openvmm#4274)
        }
    }

    /// <summary>The window itself cannot unlink, and needs not: there a file is gone with its last descriptor.</summary>
    private static void Remove(SafeFileHandle file, string path)
    {
        file.Dispose();
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
