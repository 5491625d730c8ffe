using Grpc.Core;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>What a handler's call ends with that opens a buffer which it was not lent.</summary>
internal static class BufferNotLent
{
    public static RpcException Error(BufferRef? reference) => new(new Status(
        StatusCode.InvalidArgument, reference is null ? "a buffer is missing"
            : $"the buffer with lease {reference.Lease} ({reference.Length} bytes at {reference.Offset}) is not lent "
                + "with this call, or reaches past what is"));
}
