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

    public Task WriteAsync(TResponse message, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _writing, 1) != 0)
        {
            return Task.FromException(
                new InvalidOperationException("a write is still under way: await each write before the next"));
        }

        ValueTask writing;
        try
        {
            writing = call.WriteAsync(message, cancellationToken);
        }
        catch (Exception e)
        {
            writing = ValueTask.FromException(e);
        }

        if (!writing.IsCompletedSuccessfully)
        {
            return EndAsync(writing);
        }

        Volatile.Write(ref _writing, 0);
        return Task.CompletedTask;
    }

    private async Task EndAsync(ValueTask writing)
    {
        try
        {
            await writing.ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }
}
