using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>A <see cref="ClientCall"/> with its message types: what each kind of call sends first and hands out.</summary>
internal sealed class ClientCall<TRequest, TResponse> : ClientCall
    where TRequest : class
    where TResponse : class
{
    private readonly Method<TRequest, TResponse> _method;
    private readonly MessageQueue _replies = new();
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<CancellationToken, ValueTask> _sendFirstFrame;
    private readonly bool _sendsRequestFirst;
    private readonly Task _started;

    public ClientCall(Connector connector, Method<TRequest, TResponse> method, CallOptions options, TRequest? request)
        : base(connector, method.FullName, options)
    {
        _method = method;
        _sendsRequestFirst = request is not null;
        _sendFirstFrame = request is null ? SendCallAsync : token => SendCallAsync(request, token);
        _started = StartAsync(_sendFirstFrame);
    }

    /// <summary>Completes when the call has its outcome.</summary>
    public Task Finished => _finished.Task;

    /// <summary>The one response of a unary or client-streaming call.</summary>
    public async Task<TResponse> ReadResponseAsync()
    {
        await _finished.Task.ConfigureAwait(false);
        using var message = await _replies.TakeAsync(CancellationToken.None).ConfigureAwait(false);
        if (GetStatus().StatusCode != StatusCode.OK)
        {
            throw Failure();
        }

        return message is null
            ? throw new RpcException(new Status(StatusCode.Internal, "the host answered OK without a message"), GetTrailers())
            : Deserialize(message);
    }

    /// <summary>The next response of a server-streaming or bidirectional call; null at its good end.</summary>
    /// <exception cref="RpcException">The call ended with another status than OK.</exception>
    public async ValueTask<TResponse?> ReadNextAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static state => ((ClientCall)state!).Cancel(), this);
        if (await _replies.TakeAsync(CancellationToken.None).ConfigureAwait(false) is { } message)
        {
            try
            {
                return Deserialize(message);
            }
            finally
            {
                Consume(message);
            }
        }

        await _finished.Task.ConfigureAwait(false);
        return GetStatus().StatusCode == StatusCode.OK ? null : throw Failure();
    }

    /// <summary>Sends one request of a client-streaming or bidirectional call.</summary>
    /// <exception cref="RpcException">The call has failed, or this message can't be sent and so the call fails.</exception>
    /// <exception cref="InvalidOperationException">The call has ended well: nobody reads any more.</exception>
    public async Task WriteAsync(TRequest request, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static state => ((ClientCall)state!).Cancel(), this);
        await _started.ConfigureAwait(false);
        ThrowIfEnded();
        try
        {
            if (await SendMessageAsync(
                request, _method.RequestMarshaller.ContextualSerializer, new OutboundFrame(FrameType.Message), Ended)
                .ConfigureAwait(false))
            {
                return;
            }
        }
        catch (OperationCanceledException) when (Ended.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            EndEarly(SendFailure(e));
        }

        ThrowIfEnded();
    }

    /// <summary>Tells the host that no more requests come.</summary>
    public async Task CompleteAsync()
    {
        await _started.ConfigureAwait(false);
        if (Outcome is null)
        {
            WriteFrame(new OutboundFrame(FrameType.Message, EndOfStream: true), FrameFlags.None, default, default);
        }
    }

    private protected override bool CanRestart => _sendsRequestFirst;

    private protected override void Restart() => _ = StartAsync(_sendFirstFrame);

    private protected override void OnMessage(InboundMessage message)
    {
        NoteHeaders();
        AttachLends(message);
        _replies.Add(message);
    }

    private protected override void OnFinished(Status status, bool early)
    {
        if (early)
        {
            _replies.Abort();
        }
        else
        {
            _replies.Complete(detachUnread: _method.Type is MethodType.ServerStreaming or MethodType.DuplexStreaming);
        }

        _finished.TrySetResult();
    }

    private protected override void DropReplies() => _replies.Abort();

    private ValueTask SendCallAsync(CancellationToken cancellationToken)
    {
        WriteFrame(new OutboundFrame(FrameType.Call), FrameFlags.None, default, default);
        return ValueTask.CompletedTask;
    }

    private async ValueTask SendCallAsync(TRequest request, CancellationToken cancellationToken) => await SendMessageAsync(
        request, _method.RequestMarshaller.ContextualSerializer, new OutboundFrame(FrameType.Call, EndOfStream: true),
        cancellationToken).ConfigureAwait(false);

    private void ThrowIfEnded()
    {
        if (Outcome is { } status)
        {
            throw status.StatusCode == StatusCode.OK
                ? new InvalidOperationException("the call has ended: the host reads no more messages")
                : Failure();
        }
    }

    private TResponse Deserialize(InboundMessage message)
    {
        try
        {
            var response = _method.ResponseMarshaller.ContextualDeserializer(message);
            message.MarkRead();
            return response;
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw new RpcException(new Status(StatusCode.Internal, $"the response cannot be read: {e.Message}", e));
        }
    }
}
