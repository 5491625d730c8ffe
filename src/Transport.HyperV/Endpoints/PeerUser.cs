using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>Whom the process at the other end of a Unix socket belongs to (SO_PEERCRED, unix(7)).</summary>
internal static partial class PeerUser
{
    private const int SolSocket = 1;
    private const int PeerCredentials = 17;
    private const int CredentialBytes = 12; // pid, uid, gid
    private const uint Root = 0;
    private const int EntryWords = 16; // struct passwd of any libc has fewer
    private const int MaxTextBytes = 16 * 1024;

    /// <summary>The peer's user id; null where the kernel does not say.</summary>
    public static uint? Of(Socket socket)
    {
        if (!OperatingSystem.IsLinux() || socket.AddressFamily != AddressFamily.Unix)
        {
            return null;
        }

        Span<byte> credentials = stackalloc byte[CredentialBytes];
        return socket.GetRawSocketOption(SolSocket, PeerCredentials, credentials) == CredentialBytes
            ? MemoryMarshal.Read<uint>(credentials[sizeof(int)..])
            : null;
    }

    /// <summary>What is wrong with the peer's user: it is neither this process's nor root. Null where nothing is.</summary>
    public static string? Mismatch(Socket socket)
    {
        var mine = OperatingSystem.IsLinux() ? EffectiveUser() : Root;
        return Of(socket) is { } theirs && theirs != mine && theirs != Root
            ? $"user {theirs}, and this side belongs to user {mine}"
            : null;
    }

    /// <summary>The name of a user; null where it has none, or not on Linux.</summary>
    public static unsafe string? NameOf(uint user)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var entry = stackalloc nint[EntryWords];
        var text = new byte[MaxTextBytes];
        fixed (byte* start = text)
        {
            return FindUser(user, entry, start, (nuint)text.Length, out var found) == 0 && found != 0
                ? Marshal.PtrToStringUTF8(entry[0]) : null; // pw_name comes first
        }
    }

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    private static unsafe partial int FindUser(uint user, nint* entry, byte* text, nuint textBytes, out nint found);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
