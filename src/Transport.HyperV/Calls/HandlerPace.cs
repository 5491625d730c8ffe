using System.Diagnostics;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// Whether a method's handlers return so soon, or go on asynchronously so soon, that they may run on the thread that reads
/// the connection. Each slow one counts as much as many quick ones, wherever it ran. Safe for use by many threads; counts
/// that get lost do not matter.
/// </summary>
internal sealed class HandlerPace
{
    private const int SlowCounts = 16;
    private const int MostDebt = 128;
    private const int TooMuchDebt = 48;

    // What waking another thread costs; a handler that takes longer gains more by one of its own.
    private static readonly long s_slow = Stopwatch.Frequency / 20_000; // 50 µs

    private int _debt;

    public bool IsQuick => Volatile.Read(ref _debt) < TooMuchDebt;

    /// <summary>A handler has returned, that started at this moment of <see cref="Stopwatch"/>.</summary>
    public void Note(long started)
    {
        var debt = _debt;
        if (Stopwatch.GetTimestamp() - started > s_slow)
        {
            _debt = Math.Min(MostDebt, debt + SlowCounts);
        }
        else if (debt > 0)
        {
            _debt = debt - 1;
        }
    }
}
