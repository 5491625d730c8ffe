using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Memory.Backends;

/// <summary>A sealed memfd of the client's, its descriptor passed over a Unix socket. Linux.</summary>
internal sealed class MemfdBackend : MemoryBackend
{
    public override MemoryKind Kind => MemoryKind.Memfd;

    public override OfferedMemory Offer(MappingLayout layout, bool socketPassesDescriptors)
    {
        if (!OperatingSystem.IsLinux() || !socketPassesDescriptors)
        {
            throw new IOException("this kind of endpoint cannot pass a memory descriptor");
        }

        var mapping = Create(layout.TotalBytes, out var descriptor);
        return new OfferedMemory(string.Empty, descriptor, _ => Interlocked.Exchange(ref mapping, null)!, () => mapping?.Release());
    }

    public override TakenMemory Take(MemoryProposal proposal) =>
        proposal.Descriptor is { } descriptor && OperatingSystem.IsLinux()
            ? new TakenMemory(Open(descriptor, proposal.Layout.TotalBytes), Offset: 0)
            : throw new IOException("no memory descriptor came with the offer");

    /// <summary>
    /// Creates the memory, sealed against growing and shrinking: a truncated file is a SIGBUS in the peer.
    /// <paramref name="descriptor"/> is for the peer; close it once it is passed.
    /// </summary>
    /// <exception cref="IOException">The kernel refused; the message says at which step.</exception>
    [SupportedOSPlatform("linux")]
    public static SharedMapping Create(long length, out SafeFileHandle descriptor)
    {
        var number = LinuxMemory.MemfdCreate("winapi", LinuxMemory.CloseOnExec | LinuxMemory.AllowSealing);
        descriptor = new SafeFileHandle(number, ownsHandle: true);
        try
        {
            LinuxMapping.Check(number >= 0, "memfd_create");
            LinuxMapping.Check(LinuxMemory.Truncate(descriptor, length) == 0, "ftruncate");
            const int seals = LinuxMemory.SealShrink | LinuxMemory.SealGrow | LinuxMemory.SealSeal;
            LinuxMapping.Check(LinuxMemory.Control(descriptor, LinuxMemory.AddSeals, seals) == 0, "fcntl(F_ADD_SEALS)");
            return LinuxMapping.Map(descriptor, 0, length);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    /// <summary>Maps a descriptor that came from a peer, after checking that it cannot shrink and has the agreed size.</summary>
    /// <exception cref="IOException">It is not what was agreed.</exception>
    [SupportedOSPlatform("linux")]
    public static SharedMapping Open(SafeFileHandle descriptor, long expectedLength)
    {
        var seals = LinuxMemory.Control(descriptor, LinuxMemory.GetSeals, 0);
        LinuxMapping.Check(seals >= 0, "fcntl(F_GET_SEALS)");
        if ((seals & LinuxMemory.SealShrink) == 0)
        {
            throw new IOException("the memory offered is not sealed against shrinking");
        }

        RequireOrdinaryPages(descriptor);

        var length = RandomAccess.GetLength(descriptor);
        return length == expectedLength
            ? LinuxMapping.Map(descriptor, 0, length)
            : throw new IOException($"the memory offered has {length} bytes and {expectedLength} were announced");
    }

    /// <summary>
    /// A page that the peer punches out is made anew when it is touched. Of huge pages there may be none left then, which ends
    /// the process as a truncated file would.
    /// </summary>
    [SupportedOSPlatform("linux")]
    private static unsafe void RequireOrdinaryPages(SafeFileHandle descriptor)
    {
        var status = stackalloc byte[LinuxMemory.StatfsBytes];
        LinuxMapping.Check(LinuxMemory.StatFileSystem(descriptor, status) == 0, "fstatfs");
        if (*(nint*)status != LinuxMemory.TmpfsMagic)
        {
            throw new IOException("the memory offered is not of ordinary pages");
        }
    }
}
