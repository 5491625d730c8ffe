using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
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
    private readonly TRequest? _request;
    private readonly MessageQueue? _replies;
    private readonly TaskCompletionSource<TResponse>? _response;
    private object? _reply; // of a call with one response: the message, an InboundMessage, or why it cannot be read
    private ManualResetEventSlim? _blocked;
    private Task _started = Task.CompletedTask;

    private ClientCall(
        Connector connector, Method<TRequest, TResponse> method, CallOptions options, TRequest? request, bool isBlocking)
        : base(connector, options)
    {
        _method = method;
        _request = request;
        if (method.Type is MethodType.ServerStreaming or MethodType.DuplexStreaming)
        {
            _replies = new MessageQueue();
        }
        else if (!isBlocking)
        {
            _response = new TaskCompletionSource<TResponse>(); // what awaits it goes on within Execute
        }
    }

    /// <summary>The one response of a unary or client-streaming call.</summary>
    public Task<TResponse> Response => _response!.Task;

    private protected override string MethodName => _method.FullName;

    /// <summary>Starts a call.</summary>
    public static ClientCall<TRequest, TResponse> Start(
        Connector connector, Method<TRequest, TResponse> method, CallOptions options, TRequest? request)
    {
        var call = new ClientCall<TRequest, TResponse>(connector, method, options, request, isBlocking: false);
        if (call.TryBegin(options))
        {
            call._started = call.StartAsync();
        }

        return call;
    }

    /// <summary>
    /// Makes a unary call and waits for its response; where nobody else reads the connection, by reading it itself.
    /// </summary>
    /// <exception cref="RpcException">The call ended with another status than OK.</exception>
    public static TResponse Invoke(
        Connector connector, Method<TRequest, TResponse> method, CallOptions options, TRequest request)
    {
        FrameLoop.LetAnotherRead();
        using var call = new ClientCall<TRequest, TResponse>(connector, method, options, request, isBlocking: true);
        if (call.TryBegin(options))
        {
            var connection = connector.Current;
            call.IsReadByCaller = connection is not null && connection.TryBeginReading();
            _ = call.StartAsync();
            if (call.IsReadByCaller)
            {
                connection!.ReadUntilEnded(call);
            }

            call.WaitUntilEnded();
        }

        return call.TryTakeResponse(out var response, out var failure) ? response : throw failure;
    }

    /// <summary>The next response of a server-streaming or bidirectional call; null at its good end.</summary>
    /// <exception cref="RpcException">The call ended with another status than OK.</exception>
    public async ValueTask<TResponse?> ReadNextAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static state => ((ClientCall)state!).Cancel(), this);
        ReceivedMessage message;
        while (!_replies!.TryTake(out message, out var isEnd))
        {
            if (isEnd)
            {
                return GetStatus().StatusCode == StatusCode.OK ? null : throw Failure();
            }

            await _replies.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return Take(message);
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
                request, _method.RequestMarshaller.ContextualSerializer, new OutboundFrame(FrameType.Message), CancellationToken.None)
                .ConfigureAwait(false))
            {
                return;
            }
        }
        catch (OperationCanceledException) when (HasEnded)
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
        if (!HasEnded)
        {
            WriteFrame(new OutboundFrame(FrameType.Message, EndOfStream: true), FrameFlags.None, default, default);
        }
    }

    public override void Execute()
    {
        var started = Stopwatch.GetTimestamp();
        if (_replies is not null)
        {
            _replies.Wake();
        }
        else if (TryTakeResponse(out var response, out var failure))
        {
            _response!.TrySetResult(response);
        }
        else
        {
            _response!.TrySetException(failure);
        }

        Pace?.Note(started);
    }

    private protected override bool CanRestart => _request is not null;

    private protected override void Attach(ClientConnection connection) =>
        Attach(connection, sendsStream: _request is null, receivesStream: _replies is not null);

    private protected override async ValueTask SendFirstFrameAsync()
    {
        if (_request is null)
        {
            WriteFrame(new OutboundFrame(FrameType.Call), FrameFlags.None, default, default);
        }
        else
        {
            await SendMessageAsync(
                _request, _method.RequestMarshaller.ContextualSerializer, new OutboundFrame(FrameType.Call, EndOfStream: true))
                .ConfigureAwait(false);
        }
    }

    private protected override void OnMessage(InboundMessage message)
    {
        AttachLends(message);
        OnMessage(message, message.PayloadLength);
    }

    private protected override void OnMessage(FramePayload message) => OnMessage(Read(message), message.PayloadLength);

    private protected override void OnFinished(bool early)
    {
        if (_replies is not null)
        {
            if (early ? _replies.Abort() : _replies.Complete(detachUnread: true))
            {
                RunSoon();
            }

            return;
        }

        if (early)
        {
            DropReplies();
        }

        if (_response is not null)
        {
            RunSoon();
        }
        else
        {
            Interlocked.MemoryBarrier(); // the end before the look whether somebody waits for it
            Volatile.Read(ref _blocked)?.Set();
        }
    }

    private protected override void DropReplies()
    {
        if (_replies is null)
        {
            (Interlocked.Exchange(ref _reply, null) as InboundMessage)?.Dispose();
        }
        else if (_replies.Abort())
        {
            RunSoon();
        }
    }

    private void OnMessage(object content, int bytes)
    {
        NoteHeaders();
        if (_replies is not null)
        {
            if (_replies.Add(new ReceivedMessage(content, bytes)))
            {
                RunSoon();
            }
        }
        else if (Interlocked.CompareExchange(ref _reply, content, null) is not null)
        {
            (content as InboundMessage)?.Dispose(); // one response is awaited
        }
        else if (HasEnded)
        {
            DropReplies(); // it ended early, and nobody looks any more
        }
    }

    private void WaitUntilEnded()
    {
        if (HasEnded)
        {
            return;
        }

        var blocked = new ManualResetEventSlim();
        Volatile.Write(ref _blocked, blocked);
        Interlocked.MemoryBarrier(); // before the look whether it has ended meanwhile
        if (!HasEnded)
        {
            blocked.Wait();
        }
    }

    /// <summary>The one response of a call that has ended, or what its caller is told instead.</summary>
    private bool TryTakeResponse([NotNullWhen(true)] out TResponse? response, [NotNullWhen(false)] out RpcException? failure)
    {
        var reply = Interlocked.Exchange(ref _reply, null);
        using var inbound = reply as InboundMessage;
        if (GetStatus().StatusCode != StatusCode.OK)
        {
            (response, failure) = (null, Failure());
            return false;
        }

        var content = inbound is null ? reply : Read(inbound);
        response = content as TResponse;
        failure = response is not null ? null : content as RpcException
            ?? new RpcException(new Status(StatusCode.Internal, "the host answered OK without a message"), GetTrailers());
        return failure is null;
    }

    private TResponse Take(ReceivedMessage message)
    {
        var inbound = message.Content as InboundMessage;
        var content = inbound is null ? message.Content : Read(inbound);
        inbound?.Dispose();
        Consume(message.Bytes);
        return content as TResponse ?? throw (RpcException)content;
    }

    /// <summary>The message, or why it cannot be read as an <see cref="RpcException"/>.</summary>
    private object Read(DeserializationContext payload)
    {
        try
        {
            var response = _method.ResponseMarshaller.ContextualDeserializer(payload);
            (payload as InboundMessage)?.MarkRead();
            return response;
        }
        catch (RpcException e)
        {
            return e;
        }
        catch (Exception e)
        {
            return new RpcException(new Status(StatusCode.Internal, $"the response cannot be read: {e.Message}", e));
        }
    }

    private void ThrowIfEnded()
    {
        if (HasEnded)
        {
            throw GetStatus().StatusCode == StatusCode.OK
                ? new InvalidOperationException("the call has ended: the host reads no more messages")
                : Failure();
        }
    }
}
