using System.Net.Sockets;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>The ring buffers below a socket that leads through Hyper-V.</summary>
internal static class HyperVRing
{
    // RINGBUFFER_HVS_MAX_SIZE in Linux' hyperv_transport.c; without a word it takes 24 KiB.
    private const int MaxBytes = 256 * 1024;

    /// <summary>Asks for the largest rings; before connect or listen, when they are made.</summary>
    public static void AskForLargest(Socket socket)
    {
        socket.SendBufferSize = MaxBytes;
        socket.ReceiveBufferSize = MaxBytes;
    }
}
