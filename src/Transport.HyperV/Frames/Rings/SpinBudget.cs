using System.Diagnostics;

namespace WinApi.Transport.HyperV.Frames.Rings;

/// <summary>
/// How long to look again and again before sleeping. Halved when it did not help; whole again when the sleep that
/// followed was so short that looking on would have helped. For one thread at a time.
/// </summary>
internal sealed class SpinBudget(TimeSpan most)
{
    // A yield costs about a microsecond; before that, a pause keeps the core, which is what makes rings fast.
    private const int LooksBeforeYield = 200;

    private readonly long _most = (long)(most.TotalSeconds * Stopwatch.Frequency);
    private readonly bool _hasOneCore = Environment.ProcessorCount == 1;
    private long _budget = (long)(most.TotalSeconds * Stopwatch.Frequency);
    private long _sleptAt;

    /// <summary>Looks until there is something, or the budget is used up; returns whether there is.</summary>
    /// <param name="ring">Where to look.</param>
    /// <param name="giveWay">Not 0: somebody else would rather look.</param>
    public bool Spin(RingConsumer ring, ref int giveWay)
    {
        if (_budget == 0)
        {
            return ring.HasBytes;
        }

        var start = Stopwatch.GetTimestamp();
        for (var looks = 0; ; looks++)
        {
            if (ring.HasBytes)
            {
                return true;
            }

            if (_hasOneCore || looks > LooksBeforeYield)
            {
                Thread.Yield(); // the peer may need this very core
            }
            else
            {
                Thread.SpinWait(1);
            }

            if (Volatile.Read(ref giveWay) != 0)
            {
                return false;
            }

            if ((looks & 15) == 15 && Stopwatch.GetTimestamp() - start > _budget)
            {
                _budget /= 2;
                return ring.HasBytes;
            }
        }
    }

    public void OnSleep() => _sleptAt = Stopwatch.GetTimestamp();

    public void OnWoken()
    {
        if (Stopwatch.GetTimestamp() - _sleptAt < _most)
        {
            _budget = _most;
        }
    }
}
