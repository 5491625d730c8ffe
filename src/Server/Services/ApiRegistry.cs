using Google.Protobuf.Reflection;
using Grpc.Core;

namespace WinApi.Server.Services;

/// <summary>The APIs of a host: what binds them to each of its endpoints' servers, and their names. Used at start only.</summary>
internal sealed class ApiRegistry
{
    private readonly List<ServiceDescriptor> _descriptors = [];
    private readonly List<Action<ServiceBinderBase>> _binders = [];

    /// <summary>What was added, in order.</summary>
    public IReadOnlyList<ServiceDescriptor> Descriptors => _descriptors;

    /// <summary>Adds an API: its implementation, and the <c>BindService</c> method that was generated for it.</summary>
    public void Add<T>(ServiceDescriptor descriptor, T service, Action<ServiceBinderBase, T> bind)
    {
        _descriptors.Add(descriptor);
        _binders.Add(binder => bind(binder, service));
    }

    /// <summary>Binds all that was added; for each server once.</summary>
    public void BindTo(ServiceBinderBase binder) => _binders.ForEach(bind => bind(binder));
}
