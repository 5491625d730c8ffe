using Grpc.Core;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>What a handler sees of its call.</summary>
internal sealed class HyperVServerCallContext(
    ServerCall call, DateTime deadline, Metadata? requestHeaders) : ServerCallContext
{
    private Metadata? _requestHeaders = requestHeaders;
    private AuthContext? _authContext;
    private Metadata? _responseTrailers;

    public ServerCall Call => call;

    /// <summary>Whether headers, or a message in their place, have gone out. Guarded by the call.</summary>
    public bool HeadersSent { get; set; }

    /// <summary>Whether the handler has asked for them.</summary>
    public bool HasResponseTrailers => _responseTrailers is not null;

    protected override string MethodCore => call.MethodName;

    protected override string HostCore => call.PeerName;

    protected override string PeerCore => call.PeerName;

    protected override DateTime DeadlineCore => deadline;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= [];

    protected override CancellationToken CancellationTokenCore => call.CancellationToken;

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => _authContext ??= new AuthContext(null, []);

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        call.SendHeaders(responseHeaders);
        return Task.CompletedTask;
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("context propagation is not supported: pass the deadline and the token on by hand");
}
