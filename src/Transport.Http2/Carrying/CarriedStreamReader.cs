using Grpc.Core;

namespace WinApi.Transport.Http2.Carrying;

/// <summary>Reads the messages of a stream, whose buffers are taken in as they come.</summary>
internal sealed class CarriedStreamReader<T>(IAsyncStreamReader<Carried<T>> inner, Func<Carried<T>, T> receive) : IAsyncStreamReader<T>
    where T : class
{
    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("MoveNext has not given a message");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        var more = await inner.MoveNext(cancellationToken).ConfigureAwait(false);
        _current = more ? receive(inner.Current) : null;
        return more;
    }
}
