using Grpc.Core;
using WinApi.Transport.Http2.Carrying;
using WinApi.Transport.Http2.Protocol;
using WinApi.Transport.HyperV;
using WinApi.Transport.HyperV.Calls;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.Http2.Server;

/// <summary>The buffers of one running handler. Safe for use by many threads.</summary>
internal sealed class Http2CallBuffers(RentedBuffers rented, BorrowQuota quota, CancellationToken cancelled) : ICallBuffers, IDisposable
{
    private readonly BorrowTable _borrowed = BorrowedBuffers.NewTable(quota, onReturned: null);
    private readonly Lock _gate = new();
    private readonly List<SharedBuffer> _opened = [];
    private bool _closed;

    public SharedBuffer OpenBuffer(BufferRef? reference, BufferAccess access) =>
        reference is not null && _borrowed.TryOpen(reference, access, out var buffer) ? DisposedAtEnd(buffer)
            : throw BufferNotLent.Error(reference);

    public async ValueTask<SharedBuffer> RentBufferAsync(int length) =>
        DisposedAtEnd(await rented.RentAsync(length, cancelled).ConfigureAwait(false));

    /// <summary>A request, once its buffers are taken in.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: more than may be lent at once; INVALID_ARGUMENT.</exception>
    public T Receive<T>(Carried<T> request)
        where T : class
    {
        foreach (var buffer in request.Buffers)
        {
            BorrowedBuffers.Take(_borrowed, buffer);
        }

        return request.Message;
    }

    /// <summary>A reply with the buffers that it lends, and those of the client's that were opened for writing.</summary>
    /// <exception cref="RpcException">INTERNAL: the handler's reply names a buffer that it has not rented.</exception>
    public Carried<T> Carry<T>(T reply)
        where T : class
    {
        var buffers = _borrowed.WrittenPrivately().ToDictionary(buffer => buffer.Descriptor.Lease, buffer => new CarriedBuffer
        {
            Lease = buffer.Descriptor.Lease,
            Offset = (ulong)buffer.Descriptor.Offset,
            Data = Google.Protobuf.UnsafeByteOperations.UnsafeWrap(buffer.Memory),
            Returned = true,
        });
        return rented.Carry(reply, buffers) is not { } missing ? new Carried<T>(reply, [.. buffers.Values])
            : throw new RpcException(new Status(StatusCode.Internal,
                $"the reply names a buffer with lease {missing.Lease} that its handler has not rented, or has disposed"));
    }

    public void Dispose()
    {
        SharedBuffer[] opened;
        lock (_gate)
        {
            _closed = true;
            opened = [.. _opened];
        }

        _borrowed.CloseAll();
        Array.ForEach(opened, buffer => buffer.Dispose());
    }

    private SharedBuffer DisposedAtEnd(SharedBuffer buffer)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _opened.RemoveAll(known => known.IsDisposed);
                _opened.Add(buffer);
                return buffer;
            }
        }

        buffer.Dispose();
        return buffer;
    }
}
