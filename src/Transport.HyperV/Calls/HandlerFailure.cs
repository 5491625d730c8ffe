using Grpc.Core;
using Microsoft.Extensions.Logging;
using WinApi.Transport.HyperV.Connections;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>What the client is told of a handler that threw.</summary>
internal static class HandlerFailure
{
    /// <param name="failure">What it threw.</param>
    /// <param name="context">Gets the trailers of an <see cref="RpcException"/>.</param>
    /// <param name="endedEarly">Whether the call was over before.</param>
    /// <param name="connection">The connection.</param>
    public static Status StatusOf(
        Exception failure, ServerCallContext context, bool endedEarly, HostConnection connection)
    {
        switch (failure)
        {
            case RpcException rpc:
                foreach (var entry in rpc.Trailers)
                {
                    context.ResponseTrailers.Add(entry);
                }

                return rpc.Status;
            case OperationCanceledException when endedEarly:
                return new Status(StatusCode.Cancelled, "Cancelled by the client.");
            case ObjectDisposedException when !connection.IsOpen:
                return new Status(StatusCode.Unavailable, "the connection has ended");
            default:
                ServerCallLog.HandlerFailed(connection.Settings.Logger, failure, context.Method);
                return new Status(StatusCode.Unknown, connection.Settings.TellsErrors
                    ? $"Exception was thrown by handler. {failure.GetType().Name}: {failure.Message}"
                    : "Exception was thrown by handler.");
        }
    }
}
