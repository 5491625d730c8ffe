using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Grpc.Core;

namespace WinApi.Hosting;

/// <summary>Binds a class whose instances come from a scope for each call.</summary>
/// <param name="provider">Makes the scopes.</param>
/// <param name="bind">The generated method; it takes a null for the instance, and then gives no handlers.</param>
internal sealed class ServedService<[DynamicallyAccessedMembers(HyperVServerBuilder.ServedMembers)] TService>(
    IServiceProvider provider, MethodInfo bind) : IServedService
    where TService : class
{
    public void Bind(ServiceBinderBase server) => bind.Invoke(null, [new ScopedBinder<TService>(server, provider), null]);
}
