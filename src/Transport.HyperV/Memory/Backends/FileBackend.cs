using System.IO.MemoryMappedFiles;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Memory.Backends;

/// <summary>
/// A file that both sides have a path to (<c>WINAPI_SHARED_MEM</c>), each its own: memory that a hypervisor shows to a
/// guest as a device, or a file of a machine that both run on. The host gives each connection a part of it. All who can
/// open the file can read and change the bytes of all connections.
/// </summary>
/// <remarks>
/// On Linux whoever cuts a regular file short ends the processes that touch what is missing (SIGBUS), so it must be this user's
/// or root's alone to write (<see cref="SharedFileOwner"/>; docs/decisions/0008).
/// </remarks>
/// <param name="path">This side's path; null: none is given.</param>
/// <param name="newFileBytes">How large a host makes the file where there is none.</param>
internal sealed class FileBackend(string? path, long newFileBytes) : MemoryBackend
{
    private readonly Lock _gate = new();
    private SharedFile? _file;

    public override MemoryKind Kind => MemoryKind.File;

    public override OfferedMemory Offer(MappingLayout layout, bool socketPassesDescriptors)
    {
        var file = path ?? throw new IOException("WINAPI_SHARED_MEM names no file");
        return new OfferedMemory(string.Empty, null, offset => Open(file, offset, layout.TotalBytes));
    }

    public override TakenMemory Take(MemoryProposal proposal)
    {
        if (path is null)
        {
            throw new IOException("the host is given no file (WINAPI_SHARED_MEM, --shared-memory-file)");
        }

        lock (_gate)
        {
            _file ??= SharedFile.OpenOrCreate(path, newFileBytes);
            return _file.Take(proposal.Layout.TotalBytes);
        }
    }

    public override void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
        }

        base.Dispose();
    }

    /// <summary>The client's side.</summary>
    private static SharedMapping Open(string path, long offset, long length)
    {
        if (offset < 0 || offset % SharedFile.PartBytes != 0)
        {
            throw new IOException($"the host names an offset in the file, {offset}, that no part starts at");
        }

        if (OperatingSystem.IsLinux())
        {
            using var descriptor = LinuxMapping.Open(path);
            SharedFileOwner.Require(descriptor, path);
            RequireLength(path, RandomAccess.GetLength(descriptor), offset, length);
            return LinuxMapping.Map(descriptor, offset, length, turnsPrivate: true);
        }

        var stream = SharedFile.OpenStream(path, FileMode.Open);
        RequireLength(path, stream.Length, offset, length);
        return WindowsMapping.Map(SharedFile.SectionOf(stream, leaveOpen: false), offset, length);
    }

    /// <summary>Touching mapped bytes that the file does not have would end the process.</summary>
    private static void RequireLength(string path, long bytes, long offset, long length)
    {
        if (offset > bytes - length)
        {
            throw new IOException($"{path} has {bytes} bytes, and the host gave {length} at {offset}: it is not the same file");
        }
    }
}
