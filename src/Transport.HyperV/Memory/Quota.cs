namespace WinApi.Transport.HyperV.Memory;

/// <summary>
/// Counts what is in use against a limit, and against that of a wider quota where there is one. Safe for use by many threads,
/// without a lock.
/// </summary>
/// <param name="name">Of the option that sets the limit.</param>
/// <param name="what">What is counted, for people: <c>calls at once on one connection</c>.</param>
/// <param name="limit">The most that may be in use.</param>
/// <param name="wider">Where the same is counted too: of all connections, say.</param>
internal sealed class Quota(string name, string what, long limit, Quota? wider = null)
{
    private long _used;

    /// <summary>For people: which limit is reached.</summary>
    public string Problem => $"the limit of {limit} {what} is reached ({name})";

    /// <summary>The same, of whichever limit leaves no room for one more.</summary>
    public string ProblemNow => Used < limit && wider is not null ? wider.ProblemNow : Problem;

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
