using System.Diagnostics.CodeAnalysis;

namespace WinApi.Transport.HyperV.Memory;

/// <summary>Every lease of this side's region on one connection. Safe for use by many threads.</summary>
internal sealed class LeaseTable
{
    // Unique in the process, not only on the connection, so that a reference from an earlier connection never
    // names a lease of this one.
    private static ulong s_lastId;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, Lease> _leases = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _leases.Count;
            }
        }
    }

    /// <summary>Registers a block that a user rented.</summary>
    public Lease Rent(RegionBlock block) => Add(block, rented: true, lent: 0);

    /// <summary>Registers a block that carries one message to the peer, which gives it back once it is read.</summary>
    public Lease LendMessage(RegionBlock block) => Add(block, rented: false, lent: 1);

    /// <summary>Counts one more message that carries the lease, if the reference is to bytes rented here and now.</summary>
    public bool TryLend(
        BufferRef reference, [NotNullWhen(true)] out Lease? lease, [NotNullWhen(false)] out string? problem)
    {
        lock (_gate)
        {
            if (!_leases.TryGetValue(reference.Lease, out lease) || !lease.Rented)
            {
                problem = "it was disposed, or rented before a reconnect or elsewhere, or the reference was made by hand";
                return false;
            }

            if (!Covers(lease.Descriptor, reference))
            {
                problem = $"the buffer has {lease.Block.Length} bytes at {lease.Block.Offset}, and the reference reaches past them";
                return false;
            }

            lease.Lent++;
            problem = null;
            return true;
        }
    }

    /// <summary>Takes back what the peer was lent; false if it was not lent that often.</summary>
    public bool TryTakeBack(ulong id, long count)
    {
        Lease? lease;
        lock (_gate)
        {
            if (count <= 0 || !_leases.TryGetValue(id, out lease) || lease.Lent < count)
            {
                return false;
            }

            lease.Lent -= count;
            if (!RemoveIfIdle(lease))
            {
                return true;
            }
        }

        lease.Block.Return();
        return true;
    }

    /// <summary>The bytes of a lease that the peer has, for changes it sends back where no memory is shared.</summary>
    public bool TryGetLent(ulong id, out Memory<byte> bytes)
    {
        lock (_gate)
        {
            var found = _leases.TryGetValue(id, out var lease) && lease.Lent > 0;
            bytes = found ? lease!.Block.Memory : default;
            return found;
        }
    }

    /// <summary>The renter is done with it. It returns to the region once the peer is, too.</summary>
    public void EndRent(Lease lease)
    {
        lock (_gate)
        {
            lease.Rented = false;
            if (!RemoveIfIdle(lease))
            {
                return;
            }
        }

        lease.Block.Return();
    }

    /// <summary>The peer is gone: all it was lent is back.</summary>
    public void TakeBackAll()
    {
        List<Lease> idle = [];
        lock (_gate)
        {
            foreach (var lease in _leases.Values)
            {
                lease.Lent = 0;
                if (!lease.Rented)
                {
                    idle.Add(lease);
                }
            }

            idle.ForEach(lease => _leases.Remove(lease.Id));
        }

        idle.ForEach(lease => lease.Block.Return());
    }

    /// <summary>Whether a reference stays inside what was lent; written so that no sum can overflow.</summary>
    internal static bool Covers(BufferDescriptor descriptor, BufferRef reference) =>
        reference.Offset >= (ulong)descriptor.Offset
        && reference.Offset - (ulong)descriptor.Offset <= (ulong)descriptor.Length
        && reference.Length <= (ulong)descriptor.Length - (reference.Offset - (ulong)descriptor.Offset);

    private Lease Add(RegionBlock block, bool rented, int lent)
    {
        var lease = new Lease(Interlocked.Increment(ref s_lastId), block, rented) { Lent = lent };
        lock (_gate)
        {
            _leases.Add(lease.Id, lease);
        }

        return lease;
    }

    private bool RemoveIfIdle(Lease lease) => !lease.Rented && lease.Lent == 0 && _leases.Remove(lease.Id);
}
