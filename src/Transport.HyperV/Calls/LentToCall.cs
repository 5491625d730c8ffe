using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// What a caller has lent with one call: it comes back lease by lease, or all at once when the host is done with the
/// call. Safe for use by many threads.
/// </summary>
internal sealed class LentToCall
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, long> _counts = [];
    private bool _closed;

    public bool Any
    {
        get
        {
            lock (_gate)
            {
                return _counts.Count > 0;
            }
        }
    }

    public bool Contains(ulong lease)
    {
        lock (_gate)
        {
            return _counts.ContainsKey(lease);
        }
    }

    /// <summary>Notes a lend; one that comes after the end goes straight back.</summary>
    public void Add(ulong lease, LeaseTable leases)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _counts[lease] = _counts.GetValueOrDefault(lease) + 1;
                return;
            }
        }

        leases.TryTakeBack(lease, 1);
    }

    /// <summary>Takes back some lends of a lease; false if there were not so many.</summary>
    public bool TryTakeBack(ulong lease, long count, LeaseTable leases)
    {
        lock (_gate)
        {
            if (count <= 0 || _counts.GetValueOrDefault(lease) < count)
            {
                return false;
            }

            _counts[lease] -= count;
            if (_counts[lease] == 0)
            {
                _counts.Remove(lease);
            }
        }

        leases.TryTakeBack(lease, count);
        return true;
    }

    /// <summary>The host is done with the call. Null: its connection has ended and takes everything back itself.</summary>
    public void Close(LeaseTable? leases)
    {
        KeyValuePair<ulong, long>[] back;
        lock (_gate)
        {
            _closed = true;
            back = leases is null ? [] : [.. _counts];
            _counts.Clear();
        }

        foreach (var (lease, count) in back)
        {
            leases!.TryTakeBack(lease, count);
        }
    }
}
