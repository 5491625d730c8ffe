using Grpc.Core;
using WinApi.Transport.HyperV.Calls;

namespace WinApi.Transport.HyperV;

/// <summary>Buffers by reference, for the handler of a call.</summary>
public static class ServerCallContextExtensions
{
    /// <summary>
    /// Opens a buffer that the client lent with this call: the same bytes, in place. Valid until the handler ends.
    /// </summary>
    /// <param name="context">The context of a call that came over this transport, or over HTTP/2 by its binder.</param>
    /// <param name="reference">From the request; null is refused like a reference that was not lent.</param>
    /// <param name="access">Say <see cref="BufferAccess.ReadWrite"/> to change the bytes.</param>
    /// <exception cref="RpcException">INVALID_ARGUMENT: not lent with this call, or reaching past what was.</exception>
    public static SharedBuffer OpenBuffer(
        this ServerCallContext context, BufferRef? reference, BufferAccess access = BufferAccess.Read) =>
        BuffersOf(context).OpenBuffer(reference, access);

    /// <summary>
    /// Rents bytes of the host's region, to pass by reference in a reply. While the region is full, waits until the
    /// client gives buffers back. Disposed when the handler ends; what a reply lends stays the client's until it is
    /// done with it.
    /// </summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: more than the region has.</exception>
    /// <exception cref="OperationCanceledException">The call ended while waiting.</exception>
    public static ValueTask<SharedBuffer> RentBufferAsync(this ServerCallContext context, int length) =>
        BuffersOf(context).RentBufferAsync(length);

    private static ICallBuffers BuffersOf(ServerCallContext context) =>
        (context as HyperVServerCallContext)?.Call
        ?? (context.UserState.TryGetValue(typeof(ICallBuffers), out var buffers) ? (ICallBuffers)buffers
            : throw new InvalidOperationException(
                "this call came over a transport without buffers: bind the service with the Hyper-V transport's binder, or for "
                + "HTTP/2 with Http2ServiceBinder"));
}
