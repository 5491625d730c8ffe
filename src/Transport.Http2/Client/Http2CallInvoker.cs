using System.Collections.Concurrent;
using Grpc.Core;
using WinApi.Transport.Http2.Carrying;

namespace WinApi.Transport.Http2.Client;

/// <summary>Calls as the stubs make them, with the buffers of their messages.</summary>
/// <param name="inner">Of the gRPC channel.</param>
/// <param name="buffers">Of this channel.</param>
/// <param name="methods">Those called so far, with their buffers.</param>
/// <param name="bearer">Goes with each call; null: nothing does.</param>
internal sealed class Http2CallInvoker(
    CallInvoker inner, ClientBuffers buffers, ConcurrentDictionary<IMethod, IMethod> methods, string? bearer) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        buffers.Receive(inner.BlockingUnaryCall(CarriedFor(method), host, WithBearer(options), buffers.Carry(request)));

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Carried<TRequest> carried;
        try
        {
            carried = buffers.Carry(request);
        }
        catch (RpcException e)
        {
            return new FailedCall<TResponse>(e).AsUnary();
        }

        var call = inner.AsyncUnaryCall(CarriedFor(method), host, WithBearer(options), carried);
        return new AsyncUnaryCall<TResponse>(
            ReceiveAsync(call.ResponseAsync), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Carried<TRequest> carried;
        try
        {
            carried = buffers.Carry(request);
        }
        catch (RpcException e)
        {
            return new FailedCall<TResponse>(e).AsServerStreaming();
        }

        var call = inner.AsyncServerStreamingCall(CarriedFor(method), host, WithBearer(options), carried);
        return new AsyncServerStreamingCall<TResponse>(
            Reader(call.ResponseStream), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = inner.AsyncClientStreamingCall(CarriedFor(method), host, WithBearer(options));
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            Writer(call.RequestStream), ReceiveAsync(call.ResponseAsync), call.ResponseHeadersAsync, call.GetStatus,
            call.GetTrailers, call.Dispose);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = inner.AsyncDuplexStreamingCall(CarriedFor(method), host, WithBearer(options));
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            Writer(call.RequestStream), Reader(call.ResponseStream), call.ResponseHeadersAsync, call.GetStatus,
            call.GetTrailers, call.Dispose);
    }

    private CallOptions WithBearer(CallOptions options)
    {
        if (bearer is null)
        {
            return options;
        }

        var headers = new Metadata { { BearerToken.Header, bearer } };
        foreach (var entry in options.Headers ?? [])
        {
            headers.Add(entry);
        }

        return options.WithHeaders(headers);
    }

    private Method<Carried<TRequest>, Carried<TResponse>> CarriedFor<TRequest, TResponse>(Method<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class =>
        (Method<Carried<TRequest>, Carried<TResponse>>)methods.GetOrAdd(method, static method =>
            CarriedMethod.Of((Method<TRequest, TResponse>)method));

    private CarriedStreamReader<T> Reader<T>(IAsyncStreamReader<Carried<T>> stream)
        where T : class => new(stream, buffers.Receive);

    private CarriedStreamWriter<T> Writer<T>(IClientStreamWriter<Carried<T>> stream)
        where T : class => new(stream, buffers.Carry);

    private async Task<T> ReceiveAsync<T>(Task<Carried<T>> reply)
        where T : class => buffers.Receive(await reply.ConfigureAwait(false));
}
