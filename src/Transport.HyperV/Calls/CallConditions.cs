using Grpc.Core;
using WinApi.Transport.HyperV.Diagnostics;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// What a caller asks for beside its message: metadata, credentials, a deadline, a token; and the token of those who wait for
/// the call. Most calls have none of it. Safe for use by many threads.
/// </summary>
internal sealed class CallConditions(CallOptions options)
{
    private readonly CancellationTokenSource _ended = new();
    private CallTimer? _timer;
    private CancellationTokenRegistration _cancellation;

    public CallCredentials? Credentials => options.Credentials;

    public DateTime? Deadline => options.Deadline;

    /// <summary>The caller's metadata, and the context of its trace; without that of its credentials.</summary>
    public Metadata? Headers { get; private set; } = options.Headers;

    /// <summary>What goes with the call.</summary>
    public Metadata? RequestHeaders { get; set; } = options.Headers;

    /// <summary>Null where nobody watches the call.</summary>
    public CallTelemetry? Telemetry { get; private set; }

    public bool WaitsForReady => options.IsWaitForReady;

    /// <summary>Fires when the call has its outcome.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Null where the options ask for nothing.</summary>
    public static CallConditions? Of(CallOptions options) => options.Headers is null && options.Deadline is null
        && options.Credentials is null && !options.CancellationToken.CanBeCanceled && !options.IsWaitForReady
        ? null : new CallConditions(options);

    /// <summary>Before the call is sent: somebody watches it.</summary>
    public void Observe(CallTelemetry telemetry)
    {
        Telemetry = telemetry;
        RequestHeaders = Headers = telemetry.AddTraceContext(Headers);
    }

    /// <summary>From now on the deadline and the token end the call; at once, where they have passed.</summary>
    public void Watch(ClientCall call)
    {
        var left = CallTimer.Left(options.Deadline);
        if (left == TimeSpan.Zero)
        {
            call.OnDeadline();
            return;
        }

        _timer = CallTimer.Start(left, static state => ((ClientCall)state!).OnDeadline(), call);
        _cancellation = options.CancellationToken.UnsafeRegister(static state => ((ClientCall)state!).Cancel(), call);
        if (_ended.IsCancellationRequested)
        {
            End();
        }
    }

    /// <summary>The call has its outcome.</summary>
    public void End()
    {
        _timer?.Dispose();
        _cancellation.Unregister();
        _ = _ended.CancelAsync(); // whoever waits must not go on this thread, which may be the connection's
    }
}
