using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>A method that the host serves.</summary>
internal abstract class ServerMethod
{
    /// <summary>The full name, <c>/package.Service/Method</c>.</summary>
    public abstract string Name { get; }

    /// <summary>How soon its handlers return.</summary>
    public WorkPace Pace { get; } = new();

    public abstract bool StreamsRequests { get; }

    public abstract bool StreamsResponses { get; }

    public abstract ServerCall BeginCall(HostConnection connection, CallHead head);

    /// <summary>Calls the method for a client that speaks JSON.</summary>
    /// <param name="invoker">Makes the call.</param>
    /// <param name="request">The request, in the JSON of protobuf.</param>
    /// <param name="onReply">Takes each reply, in the same.</param>
    /// <param name="options">Of the call.</param>
    /// <exception cref="RpcException">It failed, or cannot be made with one request in JSON.</exception>
    /// <exception cref="Google.Protobuf.InvalidProtocolBufferException">The JSON is not that of the request.</exception>
    public abstract Task CallAsync(CallInvoker invoker, string request, Func<string, Task> onReply, CallOptions options);
}
