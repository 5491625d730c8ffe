using Grpc.Core;
using WinApi.Transport.HyperV.Connections;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>A unary or client-streaming call whose response is awaited.</summary>
internal sealed class AwaitedCall<TRequest, TResponse>(
    Connector connector, Method<TRequest, TResponse> method, CallOptions options, TRequest? request)
    : OneResponseCall<TRequest, TResponse>(connector, method, options, request)
    where TRequest : class
    where TResponse : class
{
    // What awaits it goes on within Execute.
    private readonly TaskCompletionSource<TResponse> _response = new();

    public Task<TResponse> Response => _response.Task;

    private protected override void GoOn()
    {
        if (!HasEnded || _response.Task.IsCompleted)
        {
            return;
        }

        if (TryTakeResponse(out var response, out var failure))
        {
            _response.TrySetResult(response);
        }
        else
        {
            _response.TrySetException(failure);
        }
    }

    private protected override void EndWaiting() => RunSoon();
}
