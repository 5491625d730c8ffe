using Grpc.Core;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>What a handler sees of its call.</summary>
internal sealed class HyperVServerCallContext(
    ServerCall call, string method, string peer, DateTime deadline, Metadata requestHeaders) : ServerCallContext
{
    private AuthContext? _authContext;
    private Metadata? _responseTrailers;

    public ServerCall Call => call;

    /// <summary>Whether headers, or a message in their place, have gone out. Guarded by the call.</summary>
    public bool HeadersSent { get; set; }

    protected override string MethodCore => method;

    protected override string HostCore => peer;

    protected override string PeerCore => peer;

    protected override DateTime DeadlineCore => deadline;

    protected override Metadata RequestHeadersCore => requestHeaders;

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
