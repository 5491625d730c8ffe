using Grpc.Core;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>The buffers of a call's handler, on whatever transport it came.</summary>
internal interface ICallBuffers
{
    /// <summary>Opens a buffer that the client lent with this call.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: it was not, or the reference leaves it.</exception>
    SharedBuffer OpenBuffer(BufferRef? reference, BufferAccess access);

    /// <summary>Rents bytes until the handler ends; what a reply lends the client keeps.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: more than there can be.</exception>
    /// <exception cref="OperationCanceledException">The call ended while waiting.</exception>
    ValueTask<SharedBuffer> RentBufferAsync(int length);
}
