using Grpc.Core;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>What a handler sees of its call. New for every call and small: what it tells is the call's.</summary>
internal sealed class HyperVServerCallContext(ServerCall call) : ServerCallContext
{
    private ServerCall? _call = call;

    /// <exception cref="InvalidOperationException">The call has ended.</exception>
    public ServerCall Call => _call ?? throw new InvalidOperationException(
        "the call has ended: a handler's context is of use until the handler has");

    /// <summary>Whether headers, or a message in their place, have gone out. Guarded by the call.</summary>
    public bool HeadersSent { get; set; }

    /// <summary>How the call has ended, for those who watch it. Guarded by the call.</summary>
    public StatusCode Outcome { get; set; }

    protected override string MethodCore => Call.MethodName;

    protected override string HostCore => Call.Client.Endpoint;

    protected override string PeerCore => Call.Client.Endpoint;

    protected override DateTime DeadlineCore => Call.Exchange.Deadline;

    protected override Metadata RequestHeadersCore => Call.Exchange.RequestHeaders;

    protected override CancellationToken CancellationTokenCore => _call?.CancellationToken ?? CancellationToken.None;

    protected override Metadata ResponseTrailersCore => Call.Exchange.ResponseTrailers;

    protected override Status StatusCore
    {
        get => Call.Exchange.Status;
        set => Call.Exchange.Status = value;
    }

    protected override WriteOptions? WriteOptionsCore
    {
        get => Call.Exchange.WriteOptions;
        set => Call.Exchange.WriteOptions = value;
    }

    protected override AuthContext AuthContextCore => Call.Client.AuthContext;

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
