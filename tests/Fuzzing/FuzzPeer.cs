using System.Net.Sockets;

namespace WinApi.Transport.HyperV.Tests.Fuzzing;

/// <summary>The end of a pair of sockets that sends inputs.</summary>
internal static class FuzzPeer
{
    /// <summary>Sends the bytes, says that no more come, and reads what comes until the other end closes, or so much.</summary>
    public static async Task SendAsync(Socket socket, byte[] bytes)
    {
        _ = DrainAsync(socket);
        try
        {
            for (var rest = bytes.AsMemory(); rest.Length > 0;)
            {
                rest = rest[await socket.SendAsync(rest).AsTask().Soon("the sending")..];
            }

            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The other end has closed before all of it was sent.
        }
    }

    private static async Task DrainAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }
}
