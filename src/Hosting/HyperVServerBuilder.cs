using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace WinApi.Hosting;

/// <summary>Takes the services of a server, before the host is built.</summary>
public sealed class HyperVServerBuilder
{
    internal HyperVServerBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services of the host.</summary>
    public IServiceCollection Services { get; }

    /// <summary>
    /// Serves a class that implements a base generated from a <c>.proto</c>. For each call it is taken from a scope of its own, which is
    /// disposed when the call has ended, of a call with streams too: what it is given may be scoped, as a database context is.
    /// </summary>
    /// <typeparam name="TService">The class. Registered as scoped, unless it is registered already.</typeparam>
    /// <exception cref="ArgumentException">The class implements no generated base.</exception>
    public HyperVServerBuilder AddService<[DynamicallyAccessedMembers(ServedMembers)] TService>()
        where TService : class
    {
        var bind = FindBindMethod(typeof(TService)) ?? throw new ArgumentException(
            $"{typeof(TService).Name} implements no base generated from a service in a .proto, such as Echo.EchoBase");
        Services.TryAddScoped<TService>();
        Services.AddSingleton<IServedService>(provider => new ServedService<TService>(provider, bind));
        return this;
    }

    internal const DynamicallyAccessedMemberTypes ServedMembers =
        DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicMethods;

    /// <summary>The generated method that binds the service; it names each method and asks for its handler.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "The attribute keeps the binding class; BindService is what it is for.")]
    private static MethodInfo? FindBindMethod(Type service)
    {
        for (var type = service.BaseType; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>() is { } attribute)
            {
                return attribute.BindType.GetMethod(
                    attribute.BindMethodName, BindingFlags.Public | BindingFlags.Static, [typeof(ServiceBinderBase), type]);
            }
        }

        return null;
    }
}
