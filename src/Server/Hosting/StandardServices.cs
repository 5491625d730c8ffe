using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection;
using ReflectionV1 = Grpc.Reflection.V1.ServerReflection;
using ReflectionV1Alpha = Grpc.Reflection.V1Alpha.ServerReflection;

namespace WinApi.Server.Hosting;

/// <summary>The services every gRPC host is expected to have: health and reflection.</summary>
internal static class StandardServices
{
    /// <param name="binder">The server.</param>
    /// <param name="apis">What reflection speaks of.</param>
    /// <param name="health">Says how the host is.</param>
    public static void Bind(ServiceBinderBase binder, IReadOnlyList<ServiceDescriptor> apis, HostHealthService health)
    {
        Health.BindService(binder, health);

        // Tools of different age ask for different versions of reflection.
        ServiceDescriptor[] visible =
        [
            .. apis, Health.Descriptor, ReflectionV1.Descriptor, ReflectionV1Alpha.Descriptor,
        ];
        ReflectionV1.BindService(binder, new ReflectionV1ServiceImpl(visible));
        ReflectionV1Alpha.BindService(binder, new ReflectionServiceImpl(visible));
    }
}
