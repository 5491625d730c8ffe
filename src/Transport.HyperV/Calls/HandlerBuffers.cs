using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// The buffers of a running handler: those the client lent, those it opened, those it rented for its replies. All end
/// with the handler. Safe for use by many threads.
/// </summary>
/// <param name="connection">The connection of the call.</param>
/// <param name="onReturned">
/// Called with a lease and its lends when the handler has disposed it; null where leases go back with the call.
/// </param>
internal sealed class HandlerBuffers(HostConnection connection, Action<ulong, long>? onReturned)
{
    private readonly Lock _gate = new();
    private List<SharedBuffer>? _toDispose;
    private bool _closed;

    public BorrowTable Borrowed { get; } = new(
        connection.Mapping, connection.PeerRegionStart, connection.PeerRegionLength, connection.BorrowQuota, onReturned);

    public bool TryOpen(BufferRef reference, BufferAccess access, [NotNullWhen(true)] out SharedBuffer? buffer)
    {
        if (!Borrowed.TryOpen(reference, access, out buffer))
        {
            return false;
        }

        DisposeAtEnd(buffer);
        return true;
    }

    public async ValueTask<SharedBuffer> RentAsync(int length, CancellationToken cancellationToken)
    {
        if (connection.Limits?.Buffers.TryTake(1) is { } full)
        {
            connection.NoteLimit("a rent", full.Problem);
            throw new RpcException(new Status(StatusCode.ResourceExhausted, full.Problem));
        }

        SharedBuffer? buffer = null;
        try
        {
            buffer = await connection.RentBufferAsync(
                length, cancellationToken, () => connection.Limits?.Buffers.Return(1)).ConfigureAwait(false);
        }
        finally
        {
            if (buffer is null)
            {
                connection.Limits?.Buffers.Return(1);
            }
        }

        DisposeAtEnd(buffer);
        return buffer;
    }

    /// <summary>The handler has ended.</summary>
    public void Close()
    {
        Borrowed.CloseAll();
        List<SharedBuffer>? buffers;
        lock (_gate)
        {
            _closed = true;
            buffers = _toDispose;
            _toDispose = null;
        }

        buffers?.ForEach(buffer => buffer.Dispose());
    }

    /// <summary>After <see cref="Close"/>: another handler's.</summary>
    public void Reopen()
    {
        Borrowed.Reopen();
        lock (_gate)
        {
            _closed = false;
        }
    }

    /// <summary>A handler that did not wait for its rent gets it disposed.</summary>
    private void DisposeAtEnd(SharedBuffer buffer)
    {
        lock (_gate)
        {
            if (_closed)
            {
                buffer.Dispose();
                return;
            }

            _toDispose ??= [];
            if (_toDispose.Count == _toDispose.Capacity)
            {
                _toDispose.RemoveAll(known => known.IsDisposed); // a long stream disposes as it goes
            }

            _toDispose.Add(buffer);
        }
    }
}
