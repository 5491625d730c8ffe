using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Memory.Backends;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Tests.Memory;

/// <summary>
/// Maps one file on both sides, and yet it is not the same memory: each has a copy of its own, or the client alone has one,
/// which shows what the host writes until the client itself writes there. So do file systems without coherent mappings.
/// </summary>
internal sealed class StaleBackend(string path, bool hostWritesAreSeen) : MemoryBackend
{
    public override MemoryKind Kind => MemoryKind.File;

    public override OfferedMemory Offer(MappingLayout layout, bool socketPassesDescriptors)
    {
        using (var file = File.Create(path))
        {
            file.SetLength(layout.TotalBytes);
        }

        return new OfferedMemory(string.Empty, null, _ => Map(layout.TotalBytes, isPrivate: true));
    }

    public override TakenMemory Take(MemoryProposal proposal) =>
        new(Map(proposal.Layout.TotalBytes, isPrivate: !hostWritesAreSeen), 0);

    private unsafe SharedMapping Map(long length, bool isPrivate)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new IOException("this is for Linux");
        }

        const int mapPrivate = 2;
        using var file = LinuxMapping.Open(path);
        var start = LinuxMemory.Map(
            null, (nuint)length, LinuxMemory.ProtectionReadWrite, isPrivate ? mapPrivate : LinuxMemory.MapShared, file, 0);
        LinuxMapping.Check(start != LinuxMemory.MapFailed, "mmap");
        return new SharedMapping((byte*)start, length, () =>
        {
            if (OperatingSystem.IsLinux())
            {
                _ = LinuxMemory.Unmap(start, (nuint)length);
            }
        });
    }
}
