using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using WinApi.Transport.HyperV.Calls;

namespace WinApi.Transport.HyperV;

/// <summary>Takes what generated <c>BindService</c> methods bind, wrapped in the server's interceptors.</summary>
internal sealed class HyperVServiceBinder(IList<Interceptor> interceptors) : ServiceBinderBase
{
    private readonly ConcurrentDictionary<string, ServerMethod> _methods = new();

    public ServerMethod? Find(string method) => _methods.GetValueOrDefault(method);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        foreach (var interceptor in interceptors.Reverse())
        {
            var inner = handler;
            handler = (request, context) => interceptor.UnaryServerHandler(request, context, inner);
        }

        Add(method, async call => await call.RespondAsync(
            await handler(call.TakeRequest(), call.Context).ConfigureAwait(false))
            .ConfigureAwait(false));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        foreach (var interceptor in interceptors.Reverse())
        {
            var inner = handler;
            handler = (requests, context) => interceptor.ClientStreamingServerHandler(requests, context, inner);
        }

        Add(method, async call => await call.RespondAsync(
            await handler(new ServerStreamReader<TRequest, TResponse>(call), call.Context).ConfigureAwait(false))
            .ConfigureAwait(false));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        foreach (var interceptor in interceptors.Reverse())
        {
            var inner = handler;
            handler = (request, responses, context) =>
                interceptor.ServerStreamingServerHandler(request, responses, context, inner);
        }

        Add(method, async call =>
        {
            await handler(call.TakeRequest(), new ServerStreamWriter<TRequest, TResponse>(call), call.Context).ConfigureAwait(false);
            await call.CompleteAsync().ConfigureAwait(false);
        });
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        foreach (var interceptor in interceptors.Reverse())
        {
            var inner = handler;
            handler = (requests, responses, context) =>
                interceptor.DuplexStreamingServerHandler(requests, responses, context, inner);
        }

        Add(method, async call =>
        {
            var requests = new ServerStreamReader<TRequest, TResponse>(call);
            var responses = new ServerStreamWriter<TRequest, TResponse>(call);
            await handler(requests, responses, call.Context).ConfigureAwait(false);
            await call.CompleteAsync().ConfigureAwait(false);
        });
    }

    private void Add<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Func<ServerCall<TRequest, TResponse>, Task> invoke)
        where TRequest : class
        where TResponse : class
    {
        if (!_methods.TryAdd(method.FullName, new ServerMethod<TRequest, TResponse>(method, invoke)))
        {
            throw new InvalidOperationException($"{method.FullName} is bound twice");
        }
    }
}
