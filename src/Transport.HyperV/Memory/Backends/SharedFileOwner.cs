using System.Buffers.Binary;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace WinApi.Transport.HyperV.Memory.Backends;

/// <summary>
/// Who can make a file smaller: a process that touches bytes of a mapping that the file has lost ends (SIGBUS). So a file to share
/// must be this user's or root's, and nobody else's to write; who is this user can end the process anyway.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class SharedFileOwner
{
    /// <exception cref="IOException">Others could.</exception>
    public static unsafe void Require(SafeFileHandle descriptor, string path)
    {
        Span<byte> stat = stackalloc byte[LinuxMemory.StatBytes];
        fixed (byte* buffer = stat)
        {
            LinuxMapping.Check(
                LinuxMemory.Stat(descriptor, string.Empty, LinuxMemory.StatEmptyPath, LinuxMemory.StatModeAndUser, buffer) == 0,
                "statx");
        }

        var user = BinaryPrimitives.ReadUInt32LittleEndian(stat[LinuxMemory.StatUserOffset..]);
        var mode = BinaryPrimitives.ReadUInt16LittleEndian(stat[LinuxMemory.StatModeOffset..]);
        if (user != 0 && user != LinuxMemory.EffectiveUser())
        {
            throw new IOException($"{path} belongs to user {user}, who could make it smaller, which ends this process: "
                + "share a file of your own");
        }

        if ((mode & LinuxMemory.WritableByOthers) != 0)
        {
            throw new IOException($"{path} can be written by others than its owner, who could make it smaller, which ends this "
                + $"process: chmod 600 {path}");
        }
    }
}
