using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace WinApi.Transport.HyperV.Memory;

/// <summary>
/// The Linux system calls behind shared memory. Constants: linux/memfd.h, linux/fcntl.h, asm-generic/fcntl.h and
/// mman.h, as on x86-64 and ARM64.
/// </summary>
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
    public const int MapPrivateFixedAnonymous = 0x2 | 0x10 | 0x20;
    public const int OpenReadWrite = 0x2 | 0x80000; // O_RDWR | O_CLOEXEC
    public const int OpenCreate = 0x40;
    public const int OpenExclusive = 0x80;
    public const int OwnerOnly = 0x180; // 0600
    public const int InputOutputError = 5;

    public const long TmpfsMagic = 0x0102_1994; // linux/magic.h
    public const int StatEmptyPath = 0x1000; // AT_EMPTY_PATH: the descriptor itself
    public const uint StatModeAndUser = 0x2 | 0x8; // STATX_MODE | STATX_UID
    public const int StatBytes = 256;
    public const int StatUserOffset = 20;
    public const int StatModeOffset = 28;
    public const int WritableByOthers = 0x12; // 0022: group and all
    public const int StatfsBytes = 256; // more than any struct statfs has; it begins with the type, a word

    public static readonly void* MapFailed = (void*)-1;

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MemfdCreate(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Allocate(SafeFileHandle descriptor, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Truncate(SafeFileHandle descriptor, long length);

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    public static partial int StatFileSystem(SafeFileHandle descriptor, void* buffer);

    /// <summary>Fills a struct statx: the same on every processor (linux/stat.h).</summary>
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Stat(SafeFileHandle folder, string path, int flags, uint mask, void* buffer);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(SafeFileHandle descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial void* Map(void* address, nuint length, int protection, int flags, SafeFileHandle descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial void* MapAnonymous(void* address, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(void* address, nuint length);
}
