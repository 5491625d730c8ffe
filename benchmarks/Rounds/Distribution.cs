namespace WinApi.Benchmarks.Rounds;

/// <summary>Times of single calls, in nanoseconds, and how many took each.</summary>
internal sealed class Distribution
{
    private readonly KeyValuePair<long, long>[] _counts;

    public Distribution(IEnumerable<long[]> timesAndCounts)
    {
        var counts = new SortedDictionary<long, long>();
        foreach (long[] pair in timesAndCounts)
        {
            counts[pair[0]] = counts.GetValueOrDefault(pair[0]) + pair[1];
        }

        _counts = [.. counts];
        Count = _counts.Sum(pair => pair.Value);
    }

    public long Count { get; }

    public long Longest => Count == 0 ? 0 : _counts[^1].Key;

    public IReadOnlyList<KeyValuePair<long, long>> Counts => _counts;

    /// <summary>So many percent of the calls took so long or less; 0 where there were no calls.</summary>
    public double Percentile(double percent)
    {
        long wanted = (long)Math.Ceiling(Count * percent / 100);
        long seen = 0;
        foreach ((long time, long count) in _counts)
        {
            seen += count;
            if (seen >= wanted)
            {
                return time;
            }
        }

        return 0;
    }
}
