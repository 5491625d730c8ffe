using Grpc.Core;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>The requests of a client-streaming or bidirectional call, as its handler reads them.</summary>
internal sealed class ServerStreamReader<TRequest, TResponse>(ServerCall<TRequest, TResponse> call)
    : IAsyncStreamReader<TRequest>
    where TRequest : class
    where TResponse : class
{
    private TRequest? _current;

    public TRequest Current => _current ?? throw new InvalidOperationException("there is no current message: call MoveNext first");

    public Task<bool> MoveNext(CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && call.TryReadNext(out _current)
            ? Task.FromResult(true) : MoveOn(cancellationToken);

    private async Task<bool> MoveOn(CancellationToken cancellationToken)
    {
        _current = await call.ReadNextAsync(cancellationToken).ConfigureAwait(false);
        return _current is not null;
    }
}
