using System.Diagnostics;

namespace WinApi.Transport.HyperV.Frames.Rings;

/// <summary>
/// How long to look again and again before sleeping. Halved, down to a sixteenth, when it did not help; when it did, at
/// least four times what it took. Every sixteenth time the whole is tried. For one thread at a time.
/// </summary>
internal sealed class SpinBudget(TimeSpan most)
{
    private const int Sixteenth = 16;
    private const int TimesWhatItTook = 4;

    // A yield costs about a microsecond; before that, a pause keeps the core, which is what makes rings fast.
    private static readonly long s_keepsCore = Stopwatch.Frequency / 200_000; // 5 µs

    private readonly long _most = (long)(most.TotalSeconds * Stopwatch.Frequency);
    private readonly bool _hasOneCore = Environment.ProcessorCount == 1;
    private long _budget = (long)(most.TotalSeconds * Stopwatch.Frequency);
    private int _waits;

    /// <summary>Looks until there is something, or the budget is used up; returns whether there is.</summary>
    /// <param name="ring">Where to look.</param>
    /// <param name="giveWay">Not 0: somebody else would rather look.</param>
    public bool Spin(RingConsumer ring, ref int giveWay)
    {
        if (_most == 0)
        {
            return ring.HasBytes;
        }

        var limit = ++_waits % Sixteenth == 0 ? _most : _budget;
        var start = Stopwatch.GetTimestamp();
        while (!ring.HasBytes)
        {
            var spent = Stopwatch.GetTimestamp() - start;
            if (spent > limit || Volatile.Read(ref giveWay) != 0)
            {
                _budget = Math.Max(_most / Sixteenth, _budget / 2);
                return ring.HasBytes;
            }

            if (_hasOneCore || spent > s_keepsCore)
            {
                Thread.Yield(); // the peer may need this very core
            }
            else
            {
                Thread.SpinWait(1);
            }
        }

        _budget = Math.Clamp(TimesWhatItTook * (Stopwatch.GetTimestamp() - start), _budget, _most);
        return true;
    }
}
