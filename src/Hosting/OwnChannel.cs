using WinApi.Transport.HyperV;

namespace WinApi.Hosting;

/// <summary>The channel of one client; the host disposes it at its end.</summary>
internal sealed class OwnChannel<TClient>(BufferChannel channel) : IAsyncDisposable, IDisposable
{
    public BufferChannel Channel => channel;

    public void Dispose() => channel.Dispose();

    public ValueTask DisposeAsync() => channel.DisposeAsync();
}
