using System.Net.Sockets;
using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Transport.HyperV.Tests;

/// <summary>Two connected Unix sockets: one as the transport holds it, one bare.</summary>
internal sealed class SocketPair : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");

    public SocketPair()
    {
        var endpoint = new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "pair.sock"));
        using var listener = NewSocket();
        listener.Bind(endpoint);
        listener.Listen();
        Bare = NewSocket();
        Bare.Connect(endpoint);
        Accepted = listener.Accept();
        Held = new SocketStream(Accepted, passesDescriptors: OperatingSystem.IsLinux());
    }

    public Socket Bare { get; }

    /// <summary>The socket of <see cref="Held"/>.</summary>
    public Socket Accepted { get; }

    public SocketStream Held { get; }

    public void Dispose()
    {
        Bare.Dispose();
        Held.Dispose();
        _folder.Delete(recursive: true);
    }

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
