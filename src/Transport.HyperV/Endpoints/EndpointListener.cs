using System.Net.Sockets;

namespace WinApi.Transport.HyperV;

/// <summary>A listening socket. Disposing it ends a pending accept.</summary>
internal sealed class EndpointListener(Socket socket, TransportEndpoint endpoint) : IDisposable
{
    /// <summary>The endpoint as bound: with the real port where any was asked for.</summary>
    public TransportEndpoint Endpoint => endpoint;

    public ValueTask<Socket> AcceptAsync(CancellationToken cancellationToken) => socket.AcceptAsync(cancellationToken);

    public void Dispose() => socket.Dispose();
}
