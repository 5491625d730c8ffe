using System.Net.Sockets;
using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>Runs a handshake, or a part of it, whose steps wait for the peer, on a thread of its own.</summary>
internal static class HandshakeThread
{
    /// <param name="socket">Closed when the token fires, which ends every wait.</param>
    /// <param name="handshake">The steps.</param>
    /// <param name="cancellationToken">Ends a handshake that takes too long.</param>
    /// <exception cref="OperationCanceledException">The token has fired.</exception>
    public static async Task<T> RunAsync<T>(
        SocketStream socket, Func<T> handshake, CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(static state => ((SocketStream)state!).Dispose(), socket);
        await using (registration.ConfigureAwait(false))
        {
            try
            {
                return await Task.Factory.StartNew(
                    handshake, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            }
            catch (Exception e) when (cancellationToken.IsCancellationRequested
                && e is SocketException or ObjectDisposedException or IOException)
            {
                throw new OperationCanceledException("the handshake took too long", e, cancellationToken);
            }
        }
    }
}
