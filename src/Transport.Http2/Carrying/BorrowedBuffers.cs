using Grpc.Core;
using WinApi.Transport.Http2.Protocol;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.Http2.Carrying;

/// <summary>Takes in the buffers that the other side lends with its messages.</summary>
internal static class BorrowedBuffers
{
    // Offsets are the peer's own numbers; the quota bounds the bytes.
    private const long AnyOffset = 1L << 40;

    public static BorrowTable NewTable(BorrowQuota quota, Action<ulong, long>? onReturned) =>
        new(mapping: null, regionStart: 0, AnyOffset, quota, onReturned);

    /// <summary>Notes a lend, with its bytes.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED or INVALID_ARGUMENT.</exception>
    public static void Take(BorrowTable table, CarriedBuffer buffer)
    {
        var descriptor = new BufferDescriptor(buffer.Lease, (long)buffer.Offset, buffer.Data.Length);
        switch (table.Borrow(descriptor))
        {
            case BorrowOutcome.Taken when table.TryGetPrivate(buffer.Lease, out var memory):
                buffer.Data.Span.CopyTo(memory.Span);
                break;
            case BorrowOutcome.Taken or BorrowOutcome.TooLate:
                break; // the call has ended
            case BorrowOutcome.Invalid:
                throw new RpcException(new Status(StatusCode.InvalidArgument,
                    $"the buffer with lease {buffer.Lease} is not described as it was before, or has the lease 0"));
            default:
                throw new RpcException(new Status(StatusCode.ResourceExhausted,
                    "the buffers lent over HTTP/2 are over the limit of what may be lent at once (SharedMemoryBytes)"));
        }
    }
}
