using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>A <see cref="ServerCall"/> with its message types: what its handler reads and writes.</summary>
internal sealed class ServerCall<TRequest, TResponse> : ServerCall
    where TRequest : class
    where TResponse : class
{
    private readonly ServerMethod<TRequest, TResponse> _method;
    private readonly MessageQueue _requests = new();

    public ServerCall(
        HostConnection connection, ServerMethod<TRequest, TResponse> method, CallHead head, string peer, bool detailedErrors)
        : base(connection, method.Name, method.StreamsRequests, head, peer, detailedErrors) => _method = method;

    public override void OnFrame(FrameReader frame)
    {
        base.OnFrame(frame);
        if (frame.Header.Type == FrameType.Call && _method.StreamsRequests)
        {
            Schedule();
        }
    }

    /// <summary>The one request of a unary or server-streaming call.</summary>
    /// <exception cref="RpcException">INTERNAL: it cannot be read.</exception>
    public async ValueTask<TRequest> ReadRequestAsync() =>
        await ReadNextAsync(CancellationToken).ConfigureAwait(false)
        ?? throw new RpcException(new Status(StatusCode.Internal, "the client sent no request"));

    /// <summary>The next request of a client-streaming or bidirectional call; null at the end.</summary>
    /// <exception cref="RpcException">INTERNAL: it cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The call has ended.</exception>
    public async ValueTask<TRequest?> ReadNextAsync(CancellationToken cancellationToken)
    {
        if (await _requests.TakeAsync(cancellationToken).ConfigureAwait(false) is not { } message)
        {
            CancellationToken.ThrowIfCancellationRequested();
            return null;
        }

        try
        {
            return _method.RequestMarshaller.ContextualDeserializer(message);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw new RpcException(new Status(StatusCode.Internal, $"the request cannot be read: {e.Message}", e));
        }
        finally
        {
            if (_method.StreamsRequests)
            {
                Consume(message);
            }
            else
            {
                message.Dispose();
            }
        }
    }

    /// <summary>Sends one response of a server-streaming or bidirectional call.</summary>
    /// <exception cref="OperationCanceledException">The call has ended, or the caller's token fired.</exception>
    public async Task WriteAsync(TResponse response, CancellationToken cancellationToken)
    {
        using var linked = cancellationToken.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, CancellationToken) : null;
        var token = linked?.Token ?? CancellationToken;
        token.ThrowIfCancellationRequested();
        await SendMessageAsync(
            response, _method.ResponseMarshaller.ContextualSerializer, new OutboundFrame(FrameType.Message), token)
            .ConfigureAwait(false);
        token.ThrowIfCancellationRequested();
    }

    /// <summary>Ends the call with its one response, or with the status the handler set instead.</summary>
    public async Task RespondAsync(TResponse? response)
    {
        if (response is null)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "No message returned from method."));
        }

        await ReturnWrittenBuffersAsync().ConfigureAwait(false);
        if (Context.Status.StatusCode != StatusCode.OK)
        {
            Finish(Context.Status);
            return;
        }

        await SendMessageAsync(
            response, _method.ResponseMarshaller.ContextualSerializer, new OutboundFrame(FrameType.Trailers), CancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Ends the call after its responses, with the status the handler set.</summary>
    public async Task CompleteAsync()
    {
        await ReturnWrittenBuffersAsync().ConfigureAwait(false);
        Finish(Context.Status);
    }

    private protected override HandlerPace Pace => _method.Pace;

    private protected override Task InvokeAsync() => _method.Invoke(this);

    private protected override void OnMessage(InboundMessage message)
    {
        _requests.Add(message);
        if (!_method.StreamsRequests)
        {
            _requests.Complete(detachUnread: false);
            Schedule();
        }
    }

    private protected override void OnEndOfStream()
    {
        _requests.Complete(detachUnread: false);
        Schedule();
    }

    private protected override void DropMessages() => _requests.Abort();
}
