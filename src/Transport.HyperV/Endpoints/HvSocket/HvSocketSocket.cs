using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>Makes Hyper-V sockets and sets what they are to have (hvsocket.h).</summary>
internal static class HvSocketSocket
{
    private const int RawProtocol = 1; // HV_PROTOCOL_RAW, also the level of the options
    private const int ConnectTimeoutOption = 1; // HVSOCKET_CONNECT_TIMEOUT: ULONG, milliseconds
    private const int ConnectedSuspendOption = 4; // HVSOCKET_CONNECTED_SUSPEND: ULONG, 1: a suspended VM keeps it

    /// <exception cref="SocketException">This Windows has no Hyper-V sockets.</exception>
    public static Socket Create(TimeSpan connectTimeout)
    {
        var socket = new Socket(HvSocketAddress.Family, SocketType.Stream, (ProtocolType)RawProtocol);
        TrySet(socket, ConnectTimeoutOption, (uint)connectTimeout.TotalMilliseconds);
        Prepare(socket);
        try
        {
            HyperVRing.AskForLargest(socket);
        }
        catch (SocketException)
        {
            // The rings are smaller, and all works.
        }

        return socket;
    }

    /// <summary>What an accepted socket needs as well as the listening one.</summary>
    public static void Prepare(Socket socket) => TrySet(socket, ConnectedSuspendOption, 1);

    /// <summary>Windows of different age know different options; none is needed to connect.</summary>
    private static void TrySet(Socket socket, int option, uint value)
    {
        try
        {
            socket.SetRawSocketOption(RawProtocol, option, MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in value)));
        }
        catch (SocketException)
        {
        }
    }
}
