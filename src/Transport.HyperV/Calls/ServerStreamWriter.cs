using Grpc.Core;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>The responses of a server-streaming or bidirectional call, as its handler writes them. One at a time.</summary>
internal sealed class ServerStreamWriter<TRequest, TResponse>(ServerCall<TRequest, TResponse> call)
    : IServerStreamWriter<TResponse>
    where TRequest : class
    where TResponse : class
{
    private int _writing;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(TResponse message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TResponse message, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _writing, 1) != 0)
        {
            throw new InvalidOperationException("a write is still under way: await each write before the next");
        }

        try
        {
            await call.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }
}
