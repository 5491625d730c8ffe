using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace WinApi.Transport.HyperV.Memory;

/// <summary>Maps files on Linux.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class LinuxMapping
{
    /// <summary>Maps a part of a file for reading and writing.</summary>
    /// <param name="descriptor">The file; it may be closed afterwards.</param>
    /// <param name="offset">In bytes, a multiple of the page size.</param>
    /// <param name="length">In bytes; the file must have them.</param>
    /// <param name="unmapped">Called once the mapping is gone.</param>
    /// <param name="turnsPrivate">
    /// Somebody else may get the part once the connection has ended: what is still held of it then turns into private memory
    /// with the same bytes.
    /// </param>
    /// <exception cref="IOException">The kernel refused.</exception>
    public static SharedMapping Map(
        SafeFileHandle descriptor, long offset, long length, Action? unmapped = null, bool turnsPrivate = false)
    {
        var start = LinuxMemory.Map(
            null, (nuint)length, LinuxMemory.ProtectionReadWrite, LinuxMemory.MapShared, descriptor, offset);
        Check(start != LinuxMemory.MapFailed, "mmap");
        return new SharedMapping(
            (byte*)start,
            length,
            () =>
            {
                _ = LinuxMemory.Unmap(start, (nuint)length);
                unmapped?.Invoke();
            },
            turnsPrivate ? () => MakePrivate(start, length) : null);
    }

    private static void MakePrivate(void* start, long length)
    {
        var copy = NativeMemory.Alloc((nuint)length);
        NativeMemory.Copy(start, copy, (nuint)length);
        var replaced = LinuxMemory.MapAnonymous(
            start, (nuint)length, LinuxMemory.ProtectionReadWrite, LinuxMemory.MapPrivateFixedAnonymous, -1, 0);
        if (replaced != LinuxMemory.MapFailed)
        {
            NativeMemory.Copy(copy, start, (nuint)length);
        }

        NativeMemory.Free(copy);
    }

    /// <summary>Opens a file for reading and writing.</summary>
    /// <exception cref="IOException">It cannot be opened; the message says why.</exception>
    public static SafeFileHandle Open(string path, int moreFlags = 0)
    {
        var number = LinuxMemory.Open(path, LinuxMemory.OpenReadWrite | moreFlags, LinuxMemory.OwnerOnly);
        Check(number >= 0, $"opening {path}");
        return new SafeFileHandle(number, ownsHandle: true);
    }

    /// <exception cref="IOException">The call failed; the message says which and why.</exception>
    public static void Check(bool succeeded, string call)
    {
        if (!succeeded)
        {
            throw new IOException($"{call} failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}
