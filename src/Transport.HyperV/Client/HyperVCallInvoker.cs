using Grpc.Core;
using WinApi.Transport.HyperV.Calls;
using WinApi.Transport.HyperV.Connections;

namespace WinApi.Transport.HyperV;

/// <summary>Turns the calls of generated stubs into <see cref="ClientCall"/>s.</summary>
internal sealed class HyperVCallInvoker(Connector connector) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        using var call = new BlockingCall<TRequest, TResponse>(connector, method, options, request);
        return call.Invoke();
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new AwaitedCall<TRequest, TResponse>(connector, method, options, request);
        _ = call.StartAsync();
        return new AsyncUnaryCall<TResponse>(call.Response, ReadHeaders, ReadStatus, ReadTrailers, DisposeCall, call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new ResponseStreamCall<TRequest, TResponse>(connector, method, options, request);
        _ = call.StartAsync();
        return new AsyncServerStreamingCall<TResponse>(
            new ClientStreamReader<TRequest, TResponse>(call), ReadHeaders, ReadStatus, ReadTrailers, DisposeCall, call);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new AwaitedCall<TRequest, TResponse>(connector, method, options, request: null);
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            new ClientStreamWriter<TRequest, TResponse>(call, call.StartAsync()), call.Response,
            ReadHeaders, ReadStatus, ReadTrailers, DisposeCall, call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new ResponseStreamCall<TRequest, TResponse>(connector, method, options, request: null);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            new ClientStreamWriter<TRequest, TResponse>(call, call.StartAsync()),
            new ClientStreamReader<TRequest, TResponse>(call), ReadHeaders, ReadStatus, ReadTrailers, DisposeCall, call);
    }

    private static Task<Metadata> ReadHeaders(object call) => ((ClientCall)call).ResponseHeaders;

    private static Status ReadStatus(object call) => ((ClientCall)call).GetStatus();

    private static Metadata ReadTrailers(object call) => ((ClientCall)call).GetTrailers();

    private static void DisposeCall(object call) => ((ClientCall)call).Dispose();
}
