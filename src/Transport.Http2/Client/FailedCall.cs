using Grpc.Core;

namespace WinApi.Transport.Http2.Client;

/// <summary>A call that was refused before it was sent: its reply tells why, as that of any call that fails.</summary>
internal sealed class FailedCall<T>(RpcException failure) : IAsyncStreamReader<T>
    where T : class
{
    public T Current => throw new InvalidOperationException("the call has failed");

    public Task<bool> MoveNext(CancellationToken cancellationToken) => Task.FromException<bool>(failure);

    public AsyncUnaryCall<T> AsUnary() => new(Failed<T>(), Failed<Metadata>(), () => failure.Status, () => [], () => { });

    public AsyncServerStreamingCall<T> AsServerStreaming() => new(this, Failed<Metadata>(), () => failure.Status, () => [], () => { });

    private Task<TResult> Failed<TResult>()
    {
        var failed = Task.FromException<TResult>(failure);
        _ = failed.Exception; // nobody has to ask
        return failed;
    }
}
