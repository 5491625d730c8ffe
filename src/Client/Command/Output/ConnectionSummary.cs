using Grpc.Core;
using WinApi.Transport.Http2;
using WinApi.Transport.HyperV;

namespace WinApi.Client.Command.Output;

/// <summary>Over what a result was obtained.</summary>
/// <param name="Endpoint">The URI.</param>
/// <param name="Memory">How memory is shared: <c>memfd</c>, <c>wslg</c>, <c>file</c>, or <c>none</c>.</param>
/// <param name="MemoryReason">Why none is shared; null where it is.</param>
/// <param name="Rings">Whether frames travel in it too, and not through the socket.</param>
internal sealed record ConnectionSummary(string Endpoint, string Memory, string? MemoryReason, bool Rings)
{
    /// <exception cref="RpcException">UNAVAILABLE: the host has closed the connection meanwhile.</exception>
    public static ConnectionSummary Of(BufferChannel channel) => channel is Http2Channel
        ? new(channel.Target, "none", "gRPC on HTTP/2 shares none", Rings: false)
        : channel.Connection is { } connection
            ? new(connection.Endpoint, connection.Memory, connection.MemoryReason, connection.UsesRings)
            : throw new RpcException(new Status(StatusCode.Unavailable, "the host closed the connection"));

    /// <summary>One line for a person.</summary>
    public string Describe() => Memory == "none"
        ? $"{Endpoint}, no shared memory" + (MemoryReason is null ? "" : $" ({MemoryReason})")
        : $"{Endpoint}, shared memory ({Memory})";
}
