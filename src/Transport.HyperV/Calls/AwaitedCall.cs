using System.Runtime.CompilerServices;
using Grpc.Core;
using WinApi.Transport.HyperV.Connections;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>A unary or client-streaming call whose response is awaited.</summary>
internal sealed class AwaitedCall<TRequest, TResponse> : OneResponseCall<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    // As a TaskCompletionSource, but no object of its own. What awaits its task goes on within Execute.
    private AsyncTaskMethodBuilder<TResponse> _response = AsyncTaskMethodBuilder<TResponse>.Create();
    private bool _completes;

    public AwaitedCall(Connector connector, Method<TRequest, TResponse> method, CallOptions options, TRequest? request)
        : base(connector, method, options, request) => _ = Response; // made before anything can complete it

    public Task<TResponse> Response => _response.Task;

    private protected override void GoOn()
    {
        if (!HasEnded || Interlocked.Exchange(ref _completes, true))
        {
            return; // credit and the end may each bring a thread here
        }

        if (TryTakeResponse(out var response, out var failure))
        {
            _response.SetResult(response);
        }
        else
        {
            _response.SetException(failure);
        }
    }

    private protected override void EndWaiting() => RunSoon();
}
