using Grpc.Core;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>The request side of a client-streaming or bidirectional call. One write at a time.</summary>
/// <param name="call">The call.</param>
/// <param name="started">Completes when it has started.</param>
internal sealed class ClientStreamWriter<TRequest, TResponse>(ClientCall<TRequest, TResponse> call, Task started)
    : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private int _writing;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            using var registration = cancellationToken.UnsafeRegister(static state => ((ClientCall)state!).Cancel(), call);
            await started.ConfigureAwait(false);
            await call.WriteAsync(message).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    public async Task CompleteAsync()
    {
        Enter();
        await started.ConfigureAwait(false);
        call.Complete();
    }

    private void Enter()
    {
        if (Interlocked.Exchange(ref _writing, 1) != 0)
        {
            throw new InvalidOperationException(
                "a write is still under way, or the stream is complete: await each write before the next");
        }
    }
}
