using Grpc.Core;

namespace WinApi.Transport.Http2.Carrying;

/// <summary>Writes messages with their buffers in front: of a client, or of a host.</summary>
internal sealed class CarriedStreamWriter<T>(IAsyncStreamWriter<Carried<T>> inner, Func<T, Carried<T>> carry)
    : IClientStreamWriter<T>, IServerStreamWriter<T>
    where T : class
{
    public WriteOptions? WriteOptions
    {
        get => inner.WriteOptions;
        set => inner.WriteOptions = value;
    }

    public Task WriteAsync(T message) => inner.WriteAsync(carry(message));

    public Task WriteAsync(T message, CancellationToken cancellationToken) => inner.WriteAsync(carry(message), cancellationToken);

    public Task CompleteAsync() => ((IClientStreamWriter<Carried<T>>)inner).CompleteAsync();
}
