using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using WinApi.Transport.HyperV.Connections;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>A server-streaming or bidirectional call.</summary>
internal sealed class ResponseStreamCall<TRequest, TResponse>(
    Connector connector, Method<TRequest, TResponse> method, CallOptions options, TRequest? request)
    : ClientCall<TRequest, TResponse>(connector, method, options, request)
    where TRequest : class
    where TResponse : class
{
    private readonly MessageQueue _responses = new();

    /// <summary>The next response, if it is here.</summary>
    /// <exception cref="RpcException">INTERNAL: it cannot be read.</exception>
    public bool TryReadNext([NotNullWhen(true)] out TResponse? response)
    {
        response = _responses.TryTake(out var message, out _) ? Take(message) : null;
        return response is not null;
    }

    /// <summary>The next response; null at the good end.</summary>
    /// <exception cref="RpcException">The call ended with another status than OK.</exception>
    public async ValueTask<TResponse?> ReadNextAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static state => ((ClientCall)state!).Cancel(), this);
        ReceivedMessage message;
        while (!_responses.TryTake(out message, out var isEnd))
        {
            if (isEnd)
            {
                return GetStatus().StatusCode == StatusCode.OK ? null : throw Failure();
            }

            await _responses.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return Take(message);
    }

    private protected override MessageQueue Messages => _responses;

    private protected override void GoOn() => _responses.Wake();

    private protected override bool StreamsResponses => true;

    private protected override void OnResponse(object content, int bytes)
    {
        if (_responses.Add(new ReceivedMessage(content, bytes)))
        {
            RunSoon();
        }
    }

    private protected override void DropReplies()
    {
        if (_responses.Abort())
        {
            RunSoon();
        }
    }

    private protected override void OnFinished(bool early)
    {
        if (early ? _responses.Abort() : _responses.Complete(detachUnread: true))
        {
            RunSoon();
        }
    }

    private TResponse Take(ReceivedMessage message)
    {
        var content = Open(message.Content);
        Consume(message.Bytes);
        return content as TResponse ?? throw (RpcException)content!;
    }
}
