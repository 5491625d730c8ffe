using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>A <see cref="ClientCall"/> with its message types: what it sends, and how it reads what comes.</summary>
/// <param name="connector">Has the connection.</param>
/// <param name="method">The method.</param>
/// <param name="options">What the caller asks for.</param>
/// <param name="request">The one request; null where requests are streamed.</param>
internal abstract class ClientCall<TRequest, TResponse>(
    Connector connector, Method<TRequest, TResponse> method, CallOptions options, TRequest? request) : ClientCall(connector, options)
    where TRequest : class
    where TResponse : class
{
    private const string MessageName = "response";

    /// <summary>Sends one request of a call that streams them, and has started.</summary>
    /// <exception cref="RpcException">The call has failed, or this message can't be sent and so the call fails.</exception>
    /// <exception cref="InvalidOperationException">The call has ended well: nobody reads any more.</exception>
    public async ValueTask WriteAsync(TRequest message)
    {
        ThrowIfEnded();
        try
        {
            if (await SendMessageAsync(message, method.RequestMarshaller.ContextualSerializer, new OutboundFrame(FrameType.Message))
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
    public void Complete()
    {
        if (!HasEnded)
        {
            WriteFrame(new OutboundFrame(FrameType.Message, EndOfStream: true), FrameFlags.None, default, default);
        }
    }

    private protected override string MethodName => method.FullName;

    private protected override bool CanRestart => request is not null;

    private protected abstract bool StreamsResponses { get; }

    private protected override void Attach(ClientConnection connection) =>
        Attach(connection, sendsStream: request is null, receivesStream: StreamsResponses);

    private protected override async ValueTask SendFirstFrameAsync()
    {
        if (request is null)
        {
            WriteFrame(new OutboundFrame(FrameType.Call), FrameFlags.None, default, default);
        }
        else
        {
            await SendMessageAsync(
                request, method.RequestMarshaller.ContextualSerializer, new OutboundFrame(FrameType.Call, EndOfStream: true))
                .ConfigureAwait(false);
        }
    }

    private protected override void OnMessage(InboundMessage message)
    {
        AttachLends(message);
        NoteHeaders();
        OnResponse(message, message.PayloadLength);
    }

    private protected override void OnMessage(FramePayload message)
    {
        NoteHeaders();
        OnResponse(
            MessageContent.Read(message, method.ResponseMarshaller.ContextualDeserializer, MessageName), message.PayloadLength);
    }

    /// <summary>A response has come: itself, an <see cref="InboundMessage"/>, or why it cannot be read.</summary>
    private protected abstract void OnResponse(object content, int bytes);

    /// <summary>Reads a response that is still bytes, and gives these back.</summary>
    private protected object? Open(object? content) =>
        MessageContent.Open(content, method.ResponseMarshaller.ContextualDeserializer, MessageName);

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
