using System.Net.Sockets;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>One listening socket.</summary>
/// <param name="socket">Bound and listening; from now on the listener's own.</param>
/// <param name="endpoint">As bound.</param>
/// <param name="prepare">Sets what an accepted socket does not take over from the listening one.</param>
internal sealed class SocketListener(Socket socket, TransportEndpoint endpoint, Action<Socket>? prepare = null)
    : EndpointListener
{
    public override TransportEndpoint Endpoint => endpoint;

    public override async ValueTask<Socket> AcceptAsync(CancellationToken cancellationToken)
    {
        var accepted = await socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
        prepare?.Invoke(accepted);
        return accepted;
    }

    public override void Dispose() => socket.Dispose();
}
