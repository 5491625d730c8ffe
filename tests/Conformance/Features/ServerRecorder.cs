using System.Collections.Concurrent;
using Grpc.Core.Interceptors;

namespace WinApi.Conformance.Tests;

/// <summary>Writes down when each handler starts and how it ends.</summary>
internal sealed class ServerRecorder(string name, ConcurrentQueue<string> seen) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        Around("Unary", () => continuation(request, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        Around("ServerStreaming", () => Nothing(continuation(request, responseStream, context)));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        Around("ClientStreaming", () => continuation(requestStream, context));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        Around("DuplexStreaming", () => Nothing(continuation(requestStream, responseStream, context)));

    private static async Task<bool> Nothing(Task task)
    {
        await task;
        return true;
    }

    private async Task<T> Around<T>(string kind, Func<Task<T>> handler)
    {
        seen.Enqueue($"{name} before {kind}");
        try
        {
            var result = await handler();
            seen.Enqueue($"{name} after {kind}");
            return result;
        }
        catch (RpcException error)
        {
            seen.Enqueue($"{name} caught {error.StatusCode}");
            throw;
        }
    }
}
