using Google.Protobuf;
using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.JsonLines;

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

    public override async Task CallAsync(CallInvoker invoker, string request, Func<string, Task> onReply, CallOptions options)
    {
        if (StreamsRequests)
        {
            throw new RpcException(new Status(StatusCode.Unimplemented,
                $"{Name} takes a stream of requests, and in JSON a call has one"));
        }

        var message = ReadJson(request);
        if (!StreamsResponses)
        {
            using var call = invoker.AsyncUnaryCall(method, null, options, message);
            await onReply(WriteJson(await call.ResponseAsync.ConfigureAwait(false))).ConfigureAwait(false);
            return;
        }

        using var streaming = invoker.AsyncServerStreamingCall(method, null, options, message);
        while (await streaming.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false))
        {
            await onReply(WriteJson(streaming.ResponseStream.Current)).ConfigureAwait(false);
        }
    }

    private TRequest ReadJson(string json)
    {
        var descriptor = (RequestMarshaller.ContextualDeserializer(new EmptyPayload()) as IMessage)?.Descriptor;
        return descriptor is not null && JsonParser.Default.Parse(json, descriptor) is TRequest request ? request : throw NotInJson();
    }

    private string WriteJson(TResponse response) =>
        response is IMessage message ? JsonFormatter.Default.Format(message) : throw NotInJson();

    private RpcException NotInJson() =>
        new(new Status(StatusCode.Unimplemented, $"the messages of {Name} are not of protobuf, and have no JSON"));
}
