using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>A served method with its message types and the way its kind of call is run.</summary>
internal sealed class ServerMethod<TRequest, TResponse>(
    Method<TRequest, TResponse> method, Func<ServerCall<TRequest, TResponse>, Task> invoke) : ServerMethod
    where TRequest : class
    where TResponse : class
{
    public override string Name => method.FullName;

    public override bool StreamsRequests => method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming;

    public override bool StreamsResponses => method.Type is MethodType.ServerStreaming or MethodType.DuplexStreaming;

    public Marshaller<TRequest> RequestMarshaller => method.RequestMarshaller;

    public Marshaller<TResponse> ResponseMarshaller => method.ResponseMarshaller;

    public Func<ServerCall<TRequest, TResponse>, Task> Invoke => invoke;

    public override ServerCall BeginCall(HostConnection connection, CallHead head)
    {
        var call = (ServerCall?)connection.Spares.TryTake(this) ?? new ServerCall<TRequest, TResponse>(connection, this);
        call.Begin(head);
        return call;
    }
}
