using Grpc.Core;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>The response side of a server-streaming or bidirectional call. One read at a time.</summary>
internal sealed class ClientStreamReader<TRequest, TResponse>(ResponseStreamCall<TRequest, TResponse> call)
    : IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private TResponse? _current;

    public TResponse Current => _current ?? throw new InvalidOperationException("there is no current message: call MoveNext first");

    public Task<bool> MoveNext(CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && call.TryReadNext(out _current)
            ? Task.FromResult(true) : MoveOn(cancellationToken);

    private async Task<bool> MoveOn(CancellationToken cancellationToken)
    {
        _current = await call.ReadNextAsync(cancellationToken).ConfigureAwait(false);
        return _current is not null;
    }
}
