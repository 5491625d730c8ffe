using System.Net.Sockets;

namespace WinApi.Benchmarks.Hosts;

internal static class RawListener
{
    public static Socket Open(string socketPath)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(socketPath));
        listener.Listen();
        return listener;
    }
}
