using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace WinApi.Transport.HyperV.Memory;

/// <summary>
/// The memory both processes of a connection see, from a sealed memfd. It stays mapped until the connection and
/// every <see cref="SharedBuffer"/> on it have let go, so that no span of theirs ever points into a hole. There is no
/// finalizer for the same reason: a buffer that is never disposed keeps it mapped.
/// </summary>
internal sealed unsafe class SharedMapping : MemoryManager<byte>
{
    private byte* _start;
    private int _references = 1;

    private SharedMapping(byte* start, long length)
    {
        _start = start;
        Length = length;
    }

    public long Length { get; }

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
            Check(number >= 0, "memfd_create");
            Check(LinuxMemory.Truncate(descriptor, length) == 0, "ftruncate");
            const int seals = LinuxMemory.SealShrink | LinuxMemory.SealGrow | LinuxMemory.SealSeal;
            Check(LinuxMemory.Control(descriptor, LinuxMemory.AddSeals, seals) == 0, "fcntl(F_ADD_SEALS)");
            return Map(descriptor, length);
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
        Check(seals >= 0, "fcntl(F_GET_SEALS)");
        if ((seals & LinuxMemory.SealShrink) == 0)
        {
            throw new IOException("the memory offered is not sealed against shrinking");
        }

        var length = RandomAccess.GetLength(descriptor);
        if (length != expectedLength)
        {
            throw new IOException($"the memory offered has {length} bytes and {expectedLength} were announced");
        }

        return Map(descriptor, length);
    }

    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        return new(_start, checked((int)Length));
    }

    public Span<byte> GetSpan(long offset, int length)
    {
        if (offset < 0 || length < 0 || offset > Length - length)
        {
            throw new ArgumentOutOfRangeException(nameof(offset));
        }

        ObjectDisposedException.ThrowIf(_start is null, this);
        return new Span<byte>(_start + offset, length);
    }

    public Memory<byte> GetMemory(long offset, int length) => CreateMemory(checked((int)offset), length);

    /// <summary>Keeps the memory mapped until <see cref="Release"/>; false when it is gone already.</summary>
    public bool TryAddReference()
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref _references);
            if (seen == 0)
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _references, seen + 1, seen) != seen);
        return true;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            if (OperatingSystem.IsLinux())
            {
                _ = LinuxMemory.Unmap(_start, (nuint)Length);
            }

            _start = null;
        }
    }

    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex, pinnable: this);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }

    [SupportedOSPlatform("linux")]
    private static SharedMapping Map(SafeFileHandle descriptor, long length)
    {
        var start = LinuxMemory.Map(
            null, (nuint)length, LinuxMemory.ProtectionReadWrite, LinuxMemory.MapShared, descriptor, 0);
        Check(start != LinuxMemory.MapFailed, "mmap");
        return new SharedMapping((byte*)start, length);
    }

    private static void Check(bool succeeded, string call)
    {
        if (!succeeded)
        {
            throw new IOException($"shared memory: {call} failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}
