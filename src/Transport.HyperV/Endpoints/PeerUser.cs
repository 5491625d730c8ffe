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

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
