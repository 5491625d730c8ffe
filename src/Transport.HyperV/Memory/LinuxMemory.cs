using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace WinApi.Transport.HyperV.Memory;

/// <summary>The Linux system calls behind a memfd. Constants: linux/memfd.h, linux/fcntl.h, asm-generic/mman.h.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class LinuxMemory
{
    public const uint CloseOnExec = 0x1;
    public const uint AllowSealing = 0x2;
    public const int AddSeals = 1033;
    public const int GetSeals = 1034;
    public const int SealSeal = 0x1;
    public const int SealShrink = 0x2;
    public const int SealGrow = 0x4;
    public const int ProtectionReadWrite = 0x1 | 0x2;
    public const int MapShared = 0x1;

    public static readonly void* MapFailed = (void*)-1;

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MemfdCreate(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Truncate(SafeFileHandle descriptor, long length);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(SafeFileHandle descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial void* Map(void* address, nuint length, int protection, int flags, SafeFileHandle descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(void* address, nuint length);
}
