using System.Numerics;

namespace WinApi.Server.Services;

/// <summary>
/// Counts times in a fixed amount of memory, whatever their number: the smallest, largest and average are exact,
/// a percentile is at most 0.8 % above the true one. Not safe for use by many threads at once.
/// </summary>
internal sealed class LatencyHistogram
{
    // Each power of two is divided into 128 equal steps, so a step is never wider than 1/128 of its value.
    private const int StepBits = 7;
    private const int Steps = 1 << StepBits;

    private readonly long[] _counts = new long[(64 - StepBits + 1) * Steps];
    private UInt128 _sum;

    public long Count { get; private set; }

    /// <summary>Nanoseconds; 0 while nothing is counted.</summary>
    public ulong Min { get; private set; }

    /// <inheritdoc cref="Min" />
    public ulong Max { get; private set; }

    /// <inheritdoc cref="Min" />
    public ulong Average => Count == 0 ? 0 : (ulong)(_sum / (ulong)Count);

    public void Add(ulong nanoseconds)
    {
        Min = Count == 0 ? nanoseconds : Math.Min(Min, nanoseconds);
        Max = Math.Max(Max, nanoseconds);
        _sum += nanoseconds;
        _counts[Index(nanoseconds)]++;
        Count++;
    }

    /// <summary>The least time that at least this share of all counted times does not pass (nearest rank).</summary>
    /// <param name="share">Over 0 up to 1: 0.99 for the 99th percentile.</param>
    public ulong Percentile(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                return Math.Clamp(UpperEdge(i), Min, Max);
            }
        }

        return 0;
    }

    private static int Index(ulong value)
    {
        if (value < Steps)
        {
            return (int)value;
        }

        var shift = BitOperations.Log2(value) - StepBits;
        return ((shift + 1) * Steps) + (int)(value >> shift) - Steps;
    }

    private static ulong UpperEdge(int index)
    {
        if (index < Steps)
        {
            return (ulong)index;
        }

        var shift = (index / Steps) - 1;
        var step = (ulong)((index % Steps) + Steps);
        return ((step + 1) << shift) - 1;
    }
}
