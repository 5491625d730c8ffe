using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using WinApi.Transport.Http2.Protocol;
using WinApi.Transport.HyperV;
using WinApi.Transport.HyperV.Calls;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.Http2.Carrying;

/// <summary>
/// The buffers that one side has rented: private memory, bounded as a region is that both sides share. Safe for use by many threads.
/// </summary>
internal sealed class RentedBuffers(long bytes)
{
    // Unique among hosts too: a client may speak to several behind one address.
    private static ulong s_lastLease = (ulong)Random.Shared.NextInt64(1L << 62);

    private readonly Region _region = new(mapping: null, start: 0, bytes / MappingLayout.PageSize * MappingLayout.PageSize);
    private readonly ConcurrentDictionary<ulong, RegionBlock> _blocks = new();

    /// <summary>Rents bytes, waiting while there is no room.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: more than there can be; UNAVAILABLE: closed meanwhile.</exception>
    public async ValueTask<SharedBuffer> RentAsync(int length, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > _region.Length)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted,
                $"a buffer of {length} bytes does not fit the {_region.Length} bytes that buffers may take (half of SharedMemoryBytes)"));
        }

        try
        {
            var block = await _region.RentAsync(length, cancellationToken).ConfigureAwait(false);
            var lease = Interlocked.Increment(ref s_lastLease);
            _blocks[lease] = block;
            return new SharedBuffer(lease, block.Offset, block.Memory, isShared: false, BufferAccess.ReadWrite, () => Return(lease));
        }
        catch (ObjectDisposedException)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the channel was closed while a buffer was waited for"));
        }
    }

    /// <summary>The bytes of a buffer that is still rented.</summary>
    public bool TryGet(ulong lease, out Memory<byte> memory)
    {
        var found = _blocks.TryGetValue(lease, out var block);
        memory = found ? block!.Memory : default;
        return found;
    }

    /// <summary>Adds what travels with a message for the buffers that it names.</summary>
    /// <returns>The first reference that names no buffer rented here and now; null where there is none such.</returns>
    public BufferRef? Carry<T>(T message, Dictionary<ulong, CarriedBuffer> carried)
    {
        foreach (var reference in BufferReferences.MayBeIn(message) ? BufferReferences.Find(message) ?? [] : [])
        {
            if (!_blocks.TryGetValue(reference.Lease, out var block)
                || !LeaseTable.Covers(new BufferDescriptor(reference.Lease, block.Offset, block.Length), reference))
            {
                return reference;
            }

            carried[reference.Lease] = new CarriedBuffer
            {
                Lease = reference.Lease,
                Offset = (ulong)block.Offset,
                Data = UnsafeByteOperations.UnsafeWrap(block.Memory),
            };
        }

        return null;
    }

    /// <summary>Nobody gets a buffer any more.</summary>
    public void Close() => _region.Close();

    private void Return(ulong lease)
    {
        if (_blocks.TryRemove(lease, out var block))
        {
            block.Return();
        }
    }
}
