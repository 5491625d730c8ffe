using System.Diagnostics;
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

        var inbound = message.Content as InboundMessage;
        var content = inbound is null ? message.Content : Read(inbound);
        inbound?.Dispose();
        Consume(message.Bytes);
        return content as TResponse ?? throw (RpcException)content;
    }

    /// <summary>The reader that waits goes on.</summary>
    public override void Execute()
    {
        var started = Stopwatch.GetTimestamp();
        _responses.Wake();
        Pace?.Note(started);
    }

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
}
