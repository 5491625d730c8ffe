using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace WinApi.Hosting;

/// <summary>
/// Hands methods on to a server with handlers that take the instance from a scope of the call. Used while binding, by one thread.
/// </summary>
internal sealed class ScopedBinder<[DynamicallyAccessedMembers(HyperVServerBuilder.ServedMembers)] TService>(
    ServiceBinderBase server, IServiceProvider provider) : ServiceBinderBase
    where TService : class
{
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Find<Func<TService, TRequest, ServerCallContext, Task<TResponse>>>(method.Name);
        server.AddMethod(method, async (request, context) =>
        {
            await using var scope = provider.CreateAsyncScope();
            return await invoke(ServiceIn(scope), request, context).ConfigureAwait(false);
        });
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Find<Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>>>(method.Name);
        server.AddMethod(method, async (requests, context) =>
        {
            await using var scope = provider.CreateAsyncScope();
            return await invoke(ServiceIn(scope), requests, context).ConfigureAwait(false);
        });
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Find<Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(method.Name);
        server.AddMethod(method, async (request, responses, context) =>
        {
            await using var scope = provider.CreateAsyncScope();
            await invoke(ServiceIn(scope), request, responses, context).ConfigureAwait(false);
        });
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var invoke =
            Find<Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(method.Name);
        server.AddMethod(method, async (requests, responses, context) =>
        {
            await using var scope = provider.CreateAsyncScope();
            await invoke(ServiceIn(scope), requests, responses, context).ConfigureAwait(false);
        });
    }

    private static TService ServiceIn(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<TService>();

    /// <summary>The method of the class, or of its base, which says that it is not implemented.</summary>
    private static TDelegate Find<TDelegate>(string name)
        where TDelegate : Delegate
    {
        var parameters = typeof(TDelegate).GetGenericArguments()[1..^1];
        var method = typeof(TService).GetMethod(name, BindingFlags.Public | BindingFlags.Instance, parameters)
            ?? throw new InvalidOperationException($"{typeof(TService).Name} has no public method {name} as its base has");
        return method.CreateDelegate<TDelegate>();
    }
}
