using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>
/// Makes vsock sockets. .NET refuses their family in its own constructor but works with a descriptor that it is given:
/// binding, connecting and all else go through <see cref="Socket"/>.
/// </summary>
[SupportedOSPlatform("linux")]
internal static partial class VsockSocket
{
    private const int Stream = 1;
    private const int CloseOnExec = 0x80000;

    // linux/vm_sockets.h: SO_VM_SOCKETS_CONNECT_TIMEOUT_OLD with a struct timeval of two 64-bit words. The kernel's own
    // 2 s are too short for a host that has just woken up.
    private const int ConnectTimeoutOption = 6;

    // asm-generic/errno.h.
    private const int AddressFamilyNotSupported = 97;
    private const int TooManyOpenFiles = 24;

    /// <exception cref="SocketException">The kernel has no vsock sockets, or the process no descriptor left.</exception>
    /// <exception cref="IOException">Any other error of socket(2).</exception>
    public static Socket Create(TimeSpan connectTimeout)
    {
        var descriptor = CreateDescriptor(VsockAddress.Family, Stream | CloseOnExec, 0);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw error switch
            {
                AddressFamilyNotSupported => new SocketException((int)SocketError.AddressFamilyNotSupported),
                TooManyOpenFiles => new SocketException((int)SocketError.TooManyOpenSockets),
                _ => new IOException($"no vsock socket: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})"),
            };
        }

        var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
        try
        {
            HyperVRing.AskForLargest(socket);
            ReadOnlySpan<long> time = [(long)connectTimeout.TotalSeconds, 0];
            socket.SetRawSocketOption(VsockAddress.Family, ConnectTimeoutOption, MemoryMarshal.AsBytes(time));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int CreateDescriptor(int family, int type, int protocol);
}
