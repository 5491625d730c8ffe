using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// What a caller has lent with one call: it comes back lease by lease, or all at once when the host is done with the
/// call. Safe for use by many threads.
/// </summary>
internal sealed class LentToCall
{
    private readonly Lock _gate = new();
    private ulong _first; // mostly the only one; 0: none
    private long _firstCount;
    private Dictionary<ulong, long>? _others;
    private bool _closed;

    public bool Any
    {
        get
        {
            lock (_gate)
            {
                return _first != 0 || _others is { Count: > 0 };
            }
        }
    }

    public bool Contains(ulong lease)
    {
        lock (_gate)
        {
            return CountOf(lease) > 0;
        }
    }

    /// <summary>Notes a lend; one that comes after the end goes straight back.</summary>
    public void Add(ulong lease, LeaseTable leases)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                SetCount(lease, CountOf(lease) + 1);
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
            var left = CountOf(lease) - count;
            if (count <= 0 || left < 0)
            {
                return false;
            }

            SetCount(lease, left);
        }

        leases.TryTakeBack(lease, count);
        return true;
    }

    /// <summary>The host is done with the call. Null: its connection has ended and takes everything back itself.</summary>
    public void Close(LeaseTable? leases)
    {
        ulong first;
        long firstCount;
        Dictionary<ulong, long>? others;
        lock (_gate)
        {
            _closed = true;
            (first, firstCount, others) = (_first, _firstCount, _others);
            (_first, _firstCount, _others) = (0, 0, null);
        }

        if (leases is null)
        {
            return;
        }

        if (first != 0)
        {
            leases.TryTakeBack(first, firstCount);
        }

        foreach (var (lease, count) in others ?? [])
        {
            leases.TryTakeBack(lease, count);
        }
    }

    private long CountOf(ulong lease) =>
        lease == 0 ? 0 : lease == _first ? _firstCount : _others?.GetValueOrDefault(lease) ?? 0;

    private void SetCount(ulong lease, long count)
    {
        if (lease == _first || (_first == 0 && _others?.ContainsKey(lease) is not true))
        {
            (_first, _firstCount) = count == 0 ? (0, 0) : (lease, count);
        }
        else if (count == 0)
        {
            _others!.Remove(lease);
        }
        else
        {
            (_others ??= [])[lease] = count;
        }
    }
}
