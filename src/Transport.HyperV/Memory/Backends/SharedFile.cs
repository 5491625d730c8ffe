using System.IO.MemoryMappedFiles;

namespace WinApi.Transport.HyperV.Memory.Backends;

/// <summary>A host's side of a file that its connections share: each takes a part of its own.</summary>
internal sealed class SharedFile : IDisposable
{
    /// <summary>Parts start on multiples of this, Windows' granularity for mapping (GetSystemInfo).</summary>
    public const int PartBytes = 64 * 1024;

    // Far behind the end of any file, so that a lock there is in nobody's way.
    private const long LockedByte = long.MaxValue - 1;

    private readonly Lock _gate = new();
    private readonly FileStream _stream;
    private readonly string _path;
    private readonly PageAllocator _parts;

    private SharedFile(FileStream stream, string path)
    {
        _stream = stream;
        _path = path;
        _parts = new PageAllocator((int)Math.Min(int.MaxValue, stream.Length / PartBytes));
    }

    /// <summary>Takes the file for this host alone; makes it where there is none.</summary>
    /// <exception cref="IOException">It cannot be opened, or another host uses it.</exception>
    public static SharedFile OpenOrCreate(string path, long newFileBytes)
    {
        var stream = OpenStream(path, FileMode.OpenOrCreate);
        try
        {
            if (OperatingSystem.IsLinux())
            {
                SharedFileOwner.Require(stream.SafeFileHandle, path);
            }

            Lock(stream, path);
            if (stream.Length == 0)
            {
                stream.SetLength(newFileBytes);
            }

            return new SharedFile(stream, path);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <exception cref="IOException">No part of the file is free and large enough, or it cannot be mapped.</exception>
    public TakenMemory Take(long length)
    {
        var count = (int)((length + PartBytes - 1) / PartBytes);
        int first;
        lock (_gate)
        {
            if (!_parts.TryAllocate(count, out first))
            {
                throw new IOException(
                    $"no {length} bytes are left in {_path}: it has {_stream.Length}, {(long)_parts.FreePages * PartBytes} not in use");
            }
        }

        try
        {
            return new TakenMemory(Map(first, count, length), (long)first * PartBytes);
        }
        catch
        {
            GiveBack(first, count);
            throw;
        }
    }

    public void Dispose() => _stream.Dispose();

    public static FileStream OpenStream(string path, FileMode mode)
    {
        try
        {
            var options = new FileStreamOptions
            {
                Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0,
            };
            if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            return new FileStream(path, options);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new IOException($"opening {path} failed: {e.Message}", e);
        }
    }

    public static MemoryMappedFile SectionOf(FileStream stream, bool leaveOpen) => MemoryMappedFile.CreateFromFile(
        stream, mapName: null, capacity: 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen);

    private static void Lock(FileStream stream, string path)
    {
        if (OperatingSystem.IsMacOS())
        {
            return;
        }

        try
        {
            stream.Lock(LockedByte, 1);
        }
        catch (IOException e)
        {
            throw new IOException($"{path} is used by another host", e);
        }
    }

    private SharedMapping Map(int first, int count, long length)
    {
        var offset = (long)first * PartBytes;
        return OperatingSystem.IsLinux()
            ? LinuxMapping.Map(_stream.SafeFileHandle, offset, length, () => GiveBack(first, count))
            : WindowsMapping.Map(SectionOf(_stream, leaveOpen: true), offset, length, () => GiveBack(first, count));
    }

    private void GiveBack(int first, int count)
    {
        lock (_gate)
        {
            _parts.Free(first, count);
        }
    }
}
