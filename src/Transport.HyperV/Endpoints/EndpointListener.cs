using System.Net.Sockets;

namespace WinApi.Transport.HyperV;

/// <summary>Listens on an endpoint. Disposing it ends a pending accept.</summary>
internal abstract class EndpointListener : IDisposable
{
    /// <summary>The endpoint as bound: with the real port, or the real VM, where any was asked for.</summary>
    public abstract TransportEndpoint Endpoint { get; }

    public abstract ValueTask<Socket> AcceptAsync(CancellationToken cancellationToken);

    public abstract void Dispose();
}
