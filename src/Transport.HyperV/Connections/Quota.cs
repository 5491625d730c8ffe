namespace WinApi.Transport.HyperV.Connections;

/// <summary>
/// Counts what is in use against a limit, and against that of a wider quota where there is one. Safe for use by many threads,
/// without a lock.
/// </summary>
/// <param name="name">Of the option that sets the limit.</param>
/// <param name="limit">The most that may be in use.</param>
/// <param name="wider">Where the same is counted too: of all connections, say.</param>
internal sealed class Quota(string name, long limit, Quota? wider = null)
{
    private long _used;

    /// <summary>Of the option that sets the limit.</summary>
    public string Name => name;

    public long Limit => limit;

    public long Used => Interlocked.Read(ref _used);

    /// <summary>Takes so much, or nothing; returns the quota that is used up, and null where there was room in all.</summary>
    public Quota? TryTake(long amount)
    {
        if (Interlocked.Add(ref _used, amount) > limit)
        {
            Interlocked.Add(ref _used, -amount);
            return this;
        }

        if (wider?.TryTake(amount) is { } full)
        {
            Interlocked.Add(ref _used, -amount);
            return full;
        }

        return null;
    }

    public void Return(long amount)
    {
        Interlocked.Add(ref _used, -amount);
        wider?.Return(amount);
    }
}
