using Grpc.Core;
using WinApi.Transport.HyperV.Diagnostics;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// What a caller learns of its call beside the messages: headers, status, trailers. There is one outcome, whichever comes
/// first: the host's trailers, the deadline, a cancel, the loss of the connection.
/// </summary>
/// <remarks>It is its own lock: nobody outside knows it, and there are many.</remarks>
internal abstract class ClientCallOutcome : DuplexCallStream
{
    private TaskCompletionSource<Metadata>? _responseHeaders;
    private CallConditions? _conditions;
    private RpcException? _failure;
    private Metadata? _trailers;
    private volatile bool _hasEnded;
    private bool _headersCame;

    private protected ClientCallOutcome(CallOptions options) => _conditions = CallConditions.Of(options);

    public override bool HasEnded => _hasEnded;

    /// <summary>The response headers; empty where the host has sent none before the first message or the end.</summary>
    public Task<Metadata> ResponseHeaders
    {
        get
        {
            TaskCompletionSource<Metadata> headers;
            bool cameWithout;
            lock (this)
            {
                headers = _responseHeaders ??= new TaskCompletionSource<Metadata>(TaskCreationOptions.RunContinuationsAsynchronously);
                cameWithout = _headersCame;
            }

            if (cameWithout || _hasEnded)
            {
                Settle(headers, cameWithout);
            }

            return headers.Task;
        }
    }

    /// <summary>Null where the caller asks for nothing beside its message.</summary>
    private protected CallConditions? Conditions => _conditions;

    private protected override CancellationToken GivenUp
    {
        get
        {
            CallConditions conditions;
            lock (this)
            {
                conditions = _conditions ??= new CallConditions(default);
            }

            if (_hasEnded)
            {
                conditions.End();
            }

            return conditions.Ended;
        }
    }

    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    public Status GetStatus() =>
        _hasEnded ? _failure?.Status ?? Status.DefaultSuccess
            : throw new InvalidOperationException("the status is known once the call has ended");

    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    public Metadata GetTrailers() => _hasEnded
        ? _trailers ??= [] : throw new InvalidOperationException("the trailers are known once the call has ended");

    /// <summary>The status as an exception, for whoever waits on a call that failed. A new one each time it is thrown.</summary>
    public RpcException Failure() => new(GetStatus(), GetTrailers());

    /// <summary>Before the call is sent: somebody watches it.</summary>
    private protected void Observe(CallTelemetry telemetry)
    {
        _conditions ??= new CallConditions(default);
        _conditions.Observe(telemetry);
    }

    /// <summary>A host without response headers sends no frame of them: its first message tells.</summary>
    private protected void NoteHeaders()
    {
        if (!_headersCame)
        {
            lock (this)
            {
                _headersCame = true;
            }

            _responseHeaders?.TrySetResult([]);
        }
    }

    /// <summary>The host's response headers.</summary>
    private protected void NoteHeaders(Metadata metadata)
    {
        lock (this)
        {
            _headersCame = true;
            _responseHeaders ??= new TaskCompletionSource<Metadata>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _responseHeaders.TrySetResult(metadata);
    }

    /// <summary>The outcome, unless there is one already.</summary>
    private protected bool TrySettle(Status status, Metadata? trailers)
    {
        CallConditions? conditions;
        TaskCompletionSource<Metadata>? headers;
        lock (this)
        {
            if (_hasEnded)
            {
                return false;
            }

            _trailers = trailers;
            _failure = status.StatusCode == StatusCode.OK && string.IsNullOrEmpty(status.Detail)
                ? null : new RpcException(status);
            _hasEnded = true;
            conditions = _conditions;
            headers = _responseHeaders;
        }

        conditions?.End();
        conditions?.Telemetry?.End(status.StatusCode);
        if (headers is not null)
        {
            Settle(headers, cameWithout: false);
        }

        return true;
    }

    private void Settle(TaskCompletionSource<Metadata> headers, bool cameWithout)
    {
        if (cameWithout || GetStatus().StatusCode == StatusCode.OK)
        {
            headers.TrySetResult([]);
        }
        else if (!headers.Task.IsCompleted)
        {
            headers.TrySetException(Failure());
            _ = headers.Task.Exception; // nobody need look at headers
        }
    }
}
