using Grpc.Core;

namespace WinApi.Hosting;

/// <summary>A class that a server serves: one implementation for each, so that its type is known where it is made.</summary>
internal interface IServedService
{
    void Bind(ServiceBinderBase server);
}
