using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using WinApi.Transport.Http2.Carrying;
using WinApi.Transport.Http2.Protocol;
using WinApi.Transport.HyperV;
using WinApi.Transport.HyperV.Calls;
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
        where T : class => TryCarry(request, out var carried, out var problem) ? carried : throw problem;

    /// <summary>A request with the buffers that it names; false, and INVALID_ARGUMENT, where one is not rented on this channel.</summary>
    public bool TryCarry<T>(
        T request, [NotNullWhen(true)] out Carried<T>? carried, [NotNullWhen(false)] out RpcException? problem)
        where T : class
    {
        var buffers = new Dictionary<ulong, CarriedBuffer>();
        foreach (var reference in BufferReferences.MayBeIn(request) ? BufferReferences.Find(request) ?? [] : [])
        {
            if (!Rented.TryCarry(reference, out var buffer))
            {
                carried = null;
                problem = new RpcException(new Status(StatusCode.InvalidArgument,
                    $"the buffer with lease {reference.Lease} ({reference.Length} bytes at {reference.Offset}) is not rented on this "
                    + "channel: it was disposed, rented elsewhere, or the reference was made by hand or reaches past the buffer"));
                return false;
            }

            buffers[reference.Lease] = buffer;
        }

        carried = new Carried<T>(request, [.. buffers.Values]);
        problem = null;
        return true;
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
