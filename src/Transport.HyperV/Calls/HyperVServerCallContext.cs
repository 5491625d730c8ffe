using Grpc.Core;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>What a handler sees of its call.</summary>
internal sealed class HyperVServerCallContext(
    ServerCall call, string method, ClientIdentity client, DateTime deadline, Metadata? requestHeaders) : ServerCallContext
{
    private ServerCall? _call = call;
    private Metadata? _requestHeaders = requestHeaders;
    private Metadata? _responseTrailers;
    private object? _status;

    /// <exception cref="InvalidOperationException">The call has ended.</exception>
    public ServerCall Call => _call ?? throw new InvalidOperationException(
        "the call has ended: a handler's context is of use until the handler has");

    /// <summary>Whether headers, or a message in their place, have gone out. Guarded by the call.</summary>
    public bool HeadersSent { get; set; }

    /// <summary>Whether the handler has asked for them.</summary>
    public bool HasResponseTrailers => _responseTrailers is not null;

    /// <summary>How the call has ended, for those who watch it. Guarded by the call.</summary>
    public StatusCode Outcome { get; set; }

    protected override string MethodCore => method;

    protected override string HostCore => client.Endpoint;

    protected override string PeerCore => client.Endpoint;

    protected override DateTime DeadlineCore => deadline;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= [];

    protected override CancellationToken CancellationTokenCore => _call?.CancellationToken ?? CancellationToken.None;

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore
    {
        get => _status is null ? Status.DefaultSuccess : (Status)_status;
        set => _status = value;
    }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => client.AuthContext;

    /// <summary>The call's object is about to serve another call: whoever keeps this must not reach it.</summary>
    public void LetGo() => _call = null;

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        Call.SendHeaders(responseHeaders);
        return Task.CompletedTask;
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("context propagation is not supported: pass the deadline and the token on by hand");
}
