using Grpc.Core;

namespace WinApi.Transport.HyperV;

/// <summary>
/// A channel that carries buffers by reference: a <see cref="HyperVChannel"/>, or one over HTTP/2 to a host elsewhere. All members
/// are safe for use by many threads.
/// </summary>
public abstract class BufferChannel : ChannelBase, IDisposable, IAsyncDisposable
{
    private protected BufferChannel(string target)
        : base(target)
    {
    }

    /// <summary>What was agreed on the Hyper-V connection in use; null while there is none, and always on another transport.</summary>
    public virtual ConnectionInfo? Connection => null;

    /// <summary>Connects now, if not connected.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: the message names the endpoint and what to check.</exception>
    public abstract Task ConnectAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Rents so many bytes, to pass by reference in calls on this channel. While there is no room, waits until calls end or
    /// buffers are disposed. The bytes are not cleared.
    /// </summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: more than there can be. UNAVAILABLE: no host, or the channel was closed.</exception>
    /// <exception cref="OperationCanceledException">The token fired while waiting.</exception>
    public abstract ValueTask<SharedBuffer> RentBufferAsync(int length, CancellationToken cancellationToken = default);

    /// <summary>Opens a buffer that the host lent in a reply. Dispose it to give it back: until then it takes up room.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: it was not lent on this channel, or is given back already.</exception>
    public abstract SharedBuffer OpenBuffer(BufferRef reference);

    /// <summary>Closes the channel; running calls end with an error.</summary>
    public void Dispose()
    {
        ShutdownAsyncCore().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the channel; running calls end with an error.</summary>
    public async ValueTask DisposeAsync()
    {
        await ShutdownAsyncCore().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }
}
