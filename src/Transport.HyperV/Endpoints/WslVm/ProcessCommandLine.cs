using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>The command line of another process in Windows, which .NET does not tell.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class ProcessCommandLine
{
    // winnt.h: enough for the question below, and granted where more is not.
    private const uint QueryLimitedInformation = 0x1000;

    // ProcessCommandLineInformation, since Windows 8.1: a UNICODE_STRING and its characters after it.
    private const int CommandLineInformation = 60;

    // UNICODE_STRING on 64-bit Windows: length in bytes, capacity, padding, pointer.
    private const int CharactersOffset = 8;

    // A command line has 32,767 characters at most (CreateProcessW).
    private const int MaxBytes = 64 * 1024 + 64;

    /// <summary>Null if the process has ended or does not let itself be asked.</summary>
    public static string? TryRead(int processId)
    {
        using var process = OpenProcess(QueryLimitedInformation, inheritHandle: 0, (uint)processId);
        if (process.IsInvalid)
        {
            return null;
        }

        var answer = (byte*)NativeMemory.AllocZeroed(MaxBytes);
        try
        {
            return NtQueryInformationProcess(process, CommandLineInformation, answer, MaxBytes, out _) == 0
                ? new string(*(char**)(answer + CharactersOffset), 0, *(ushort*)answer / sizeof(char))
                : null;
        }
        finally
        {
            NativeMemory.Free(answer);
        }
    }

    [LibraryImport("kernel32.dll", SetLastError = true)]
    private static partial SafeProcessHandle OpenProcess(uint access, int inheritHandle, uint processId);

    [LibraryImport("ntdll.dll")]
    private static partial int NtQueryInformationProcess(
        SafeProcessHandle process, int informationClass, byte* information, uint length, out uint returned);
}
