using Grpc.Core;
using WinApi.Transport.Http2.Carrying;
using WinApi.Transport.Http2.Protocol;
using WinApi.Transport.HyperV;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.Http2.Client;

/// <summary>The buffers of a channel: its own, and those that hosts have lent it. Safe for use by many threads.</summary>
internal sealed class ClientBuffers
{
    private readonly BorrowTable _borrowed;

    public ClientBuffers(long sharedMemoryBytes)
    {
        Rented = new RentedBuffers(sharedMemoryBytes / 2);
        _borrowed = BorrowedBuffers.NewTable(new BorrowQuota(sharedMemoryBytes / 2), (_, _) => { });
    }

    public RentedBuffers Rented { get; }

    /// <summary>A request with the buffers that it names.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: one of them is not rented on this channel.</exception>
    public Carried<T> Carry<T>(T request)
        where T : class
    {
        var buffers = new Dictionary<ulong, CarriedBuffer>();
        return Rented.Carry(request, buffers) is not { } missing ? new Carried<T>(request, [.. buffers.Values])
            : throw new RpcException(new Status(StatusCode.InvalidArgument,
                $"the buffer with lease {missing.Lease} ({missing.Length} bytes at {missing.Offset}) is not rented on this "
                + "channel: it was disposed, rented elsewhere, or the reference was made by hand or reaches past the buffer"));
    }

    /// <summary>A reply, once its buffers are in place.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: buffers that the host lent were not given back.</exception>
    public T Receive<T>(Carried<T> reply)
        where T : class
    {
        foreach (var buffer in reply.Buffers)
        {
            if (!buffer.Returned)
            {
                BorrowedBuffers.Take(_borrowed, buffer);
            }
            else if (Rented.TryGet(buffer.Lease, out var memory) && memory.Length == buffer.Data.Length)
            {
                buffer.Data.Span.CopyTo(memory.Span);
            }
        }

        return reply.Message;
    }

    /// <exception cref="RpcException">INVALID_ARGUMENT: no host has lent it, or it is given back.</exception>
    public SharedBuffer Open(BufferRef reference) => _borrowed.TryOpen(reference, BufferAccess.ReadWrite, out var buffer) ? buffer
        : throw new RpcException(new Status(StatusCode.InvalidArgument,
            $"the buffer with lease {reference.Lease} ({reference.Length} bytes at {reference.Offset}) is not lent to "
            + "this client: it was given back, the channel was closed, or the reference was made by hand"));

    public void Close()
    {
        Rented.Close();
        _borrowed.CloseAll();
    }
}
