using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;
using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>A <see cref="ServerCall"/> with its message types: what its handler reads and writes.</summary>
internal sealed class ServerCall<TRequest, TResponse> : ServerCall
    where TRequest : class
    where TResponse : class
{
    private const string MessageName = "request";

    private readonly ServerMethod<TRequest, TResponse> _method;
    private readonly MessageQueue? _requests;
    private object? _request; // of a call with one request: the message, an InboundMessage, or why it cannot be read

    public ServerCall(HostConnection connection, ServerMethod<TRequest, TResponse> method)
        : base(connection, method)
    {
        _method = method;
        _requests = method.StreamsRequests ? new MessageQueue() : null;
    }

    public override void OnFrame(FrameReader frame)
    {
        base.OnFrame(frame);
        if (frame.Header.Type == FrameType.Call && _requests is not null)
        {
            Schedule();
        }
    }

    /// <summary>The one request of a unary or server-streaming call.</summary>
    /// <exception cref="RpcException">INTERNAL: it cannot be read.</exception>
    public TRequest TakeRequest()
    {
        var request = Interlocked.Exchange(ref _request, null);
        return Open(request) switch
        {
            TRequest message => message,
            RpcException failure => throw failure,
            _ => throw new RpcException(new Status(StatusCode.Internal, "the client sent no request")),
        };
    }

    /// <summary>The next request of a client-streaming or bidirectional call, if it is here.</summary>
    /// <exception cref="RpcException">INTERNAL: it cannot be read.</exception>
    public bool TryReadNext([NotNullWhen(true)] out TRequest? request)
    {
        request = Peer.Limits?.Messages is null && _requests!.TryTake(out var message, out _) ? Take(message) : null;
        return request is not null;
    }

    /// <summary>The next request of a client-streaming or bidirectional call; null at the end.</summary>
    /// <exception cref="RpcException">INTERNAL: it cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The call has ended.</exception>
    public async ValueTask<TRequest?> ReadNextAsync(CancellationToken cancellationToken)
    {
        ReceivedMessage message;
        while (!_requests!.TryTake(out message, out var isEnd))
        {
            if (isEnd)
            {
                ThrowIfEndedEarly();
                return null;
            }

            // The end of the call wakes the reader anyway.
            var token = IsOwn(cancellationToken) ? CancellationToken.None : cancellationToken;
            await _requests.WaitAsync(token).ConfigureAwait(false);
        }

        if (Peer.Limits?.Messages is { } turns)
        {
            await WaitForTurnAsync(turns, message, cancellationToken).ConfigureAwait(false);
        }

        return Take(message);
    }

    /// <summary>Sends one response of a server-streaming or bidirectional call.</summary>
    /// <exception cref="OperationCanceledException">The call has ended, or the caller's token fired.</exception>
    public ValueTask WriteAsync(TResponse response, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfEndedEarly();
        var sending = SendMessageAsync(
            response, _method.ResponseMarshaller.ContextualSerializer, new OutboundFrame(FrameType.Message), cancellationToken);
        return sending.IsCompletedSuccessfully && !HasEnded
            ? ValueTask.CompletedTask : EndWriteAsync(sending, cancellationToken);
    }

    /// <summary>Ends the call with its one response, or with the status the handler set instead.</summary>
    public async Task RespondAsync(TResponse? response)
    {
        if (response is null)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "No message returned from method."));
        }

        await ReturnWrittenBuffersAsync().ConfigureAwait(false);
        if (Exchange.Status.StatusCode != StatusCode.OK)
        {
            Finish(Exchange.Status);
            return;
        }

        await SendMessageAsync(
            response, _method.ResponseMarshaller.ContextualSerializer, new OutboundFrame(FrameType.Trailers)).ConfigureAwait(false);
    }

    /// <summary>Ends the call after its responses, with the status the handler set.</summary>
    public async Task CompleteAsync()
    {
        await ReturnWrittenBuffersAsync().ConfigureAwait(false);
        Finish(Exchange.Status);
    }

    private protected override Task InvokeAsync() => _method.Invoke(this);

    private protected override MessageQueue? Messages => _requests;

    private protected override void OnMessage(InboundMessage message) => OnMessage(message, message.PayloadLength);

    private protected override void OnMessage(FramePayload message) => OnMessage(
        MessageContent.Read(message, _method.RequestMarshaller.ContextualDeserializer, MessageName), message.PayloadLength);

    private protected override void OnEndOfStream()
    {
        if (_requests is null)
        {
            Schedule();
        }
        else if (_requests.Complete(detachUnread: false))
        {
            RunSoon();
        }
    }

    private protected override void DropMessages()
    {
        if (_requests is null)
        {
            (Interlocked.Exchange(ref _request, null) as InboundMessage)?.Dispose();
        }
        else if (_requests.Abort())
        {
            RunSoon();
        }
    }

    private async ValueTask EndWriteAsync(ValueTask<bool> sending, CancellationToken cancellationToken)
    {
        await sending.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfEndedEarly();
    }

    /// <summary>
    /// A client that sends more than its messages in a second waits: what is not read gives no credit, so its sending
    /// stops by itself, and nothing is lost.
    /// </summary>
    private async ValueTask WaitForTurnAsync(RateLimiter turns, ReceivedMessage message, CancellationToken cancellationToken)
    {
        try
        {
            using var either = cancellationToken.CanBeCanceled && !IsOwn(cancellationToken)
                ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, CancellationToken) : null;
            using var turn = await turns.AcquireAsync(1, either?.Token ?? CancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            message.Drop();
            ThrowIfEndedEarly();
            cancellationToken.ThrowIfCancellationRequested();
            throw new OperationCanceledException("the connection has ended", e);
        }
    }

    private TRequest Take(ReceivedMessage message)
    {
        message.MarkTaken();
        var content = Open(message.Content);
        Consume(message.Bytes);
        return content as TRequest ?? throw (RpcException)content!;
    }

    private void OnMessage(object content, int bytes)
    {
        if (_requests is null)
        {
            TakeOnly(content);
        }
        else
        {
            Queue(content, bytes);
        }
    }

    private void Queue(object content, int bytes)
    {
        var message = new ReceivedMessage(content, bytes, content is InboundMessage ? null : Peer.Limits?.Unread);
        if (message.Unread?.TryTake(message.UnreadBytes) is { } full)
        {
            Refuse(full.Problem);
        }
        else if (_requests!.Add(message))
        {
            RunSoon();
        }
    }

    /// <summary>Keeps the one request that is awaited, and has the handler run.</summary>
    private void TakeOnly(object content)
    {
        if (HandlerRuns || Interlocked.CompareExchange(ref _request, content, null) is not null)
        {
            (content as InboundMessage)?.Dispose();
            return;
        }

        Schedule();
        if (HasEnded)
        {
            DropMessages(); // it ended meanwhile, and nobody looks any more
        }
    }

    private object? Open(object? content) =>
        MessageContent.Open(content, _method.RequestMarshaller.ContextualDeserializer, MessageName);
}
