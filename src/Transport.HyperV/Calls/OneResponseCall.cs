using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using WinApi.Transport.HyperV.Connections;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>A unary or client-streaming call: it keeps its one response until the call has ended.</summary>
internal abstract class OneResponseCall<TRequest, TResponse>(
    Connector connector, Method<TRequest, TResponse> method, CallOptions options, TRequest? request)
    : ClientCall<TRequest, TResponse>(connector, method, options, request)
    where TRequest : class
    where TResponse : class
{
    private object? _response; // itself, an InboundMessage, or why it cannot be read

    private protected override bool StreamsResponses => false;

    private protected override void OnResponse(object content, int bytes)
    {
        if (Interlocked.CompareExchange(ref _response, content, null) is not null)
        {
            (content as InboundMessage)?.Dispose(); // one is awaited
        }
        else if (HasEnded)
        {
            DropReplies(); // it ended early, and nobody looks any more
        }
    }

    private protected override void DropReplies() => (Interlocked.Exchange(ref _response, null) as InboundMessage)?.Dispose();

    private protected override void OnFinished(bool early)
    {
        if (early)
        {
            DropReplies();
        }

        EndWaiting();
    }

    /// <summary>The call has ended: whoever waits for it goes on.</summary>
    private protected abstract void EndWaiting();

    /// <summary>The response of a call that has ended, or what its caller is told instead.</summary>
    private protected bool TryTakeResponse(
        [NotNullWhen(true)] out TResponse? response, [NotNullWhen(false)] out RpcException? failure)
    {
        var taken = Interlocked.Exchange(ref _response, null);
        if (GetStatus().StatusCode != StatusCode.OK)
        {
            (taken as InboundMessage)?.Dispose();
            (response, failure) = (null, Failure());
            return false;
        }

        var content = Open(taken);
        response = content as TResponse;
        failure = response is not null ? null : content as RpcException
            ?? new RpcException(new Status(StatusCode.Internal, "the host answered OK without a message"), GetTrailers());
        return failure is null;
    }
}
