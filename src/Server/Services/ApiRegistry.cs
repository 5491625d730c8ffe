using Google.Protobuf.Reflection;
using Grpc.Core;

namespace WinApi.Server.Services;

/// <summary>Binds APIs to a server and remembers their names for health and reflection. Used at start only.</summary>
internal sealed class ApiRegistry(ServiceBinderBase binder)
{
    private readonly List<ServiceDescriptor> _descriptors = [];

    /// <summary>What was added, in order.</summary>
    public IReadOnlyList<ServiceDescriptor> Descriptors => _descriptors;

    /// <summary>Binds an API by the <c>BindService</c> method that was generated for it.</summary>
    public void Add(ServiceDescriptor descriptor, Action<ServiceBinderBase> bind)
    {
        bind(binder);
        _descriptors.Add(descriptor);
    }
}
