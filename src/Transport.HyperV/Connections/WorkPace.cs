using System.Diagnostics;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>
/// Whether what a method's frames set off, its handlers on the host and what awaits its calls on the client, returns so soon,
/// or goes on asynchronously so soon, that it may run on the thread that reads the connection. Each slow one counts as much as many quick ones, wherever it ran. Safe for use by many threads; counts
/// that get lost do not matter.
/// </summary>
internal sealed class WorkPace
{
    private const int SlowCounts = 16;
    private const int MostDebt = 128;
    private const int TooMuchDebt = 48;

    // What waking another thread costs; work that takes longer gains more by one of its own.
    private static readonly long s_slow = Stopwatch.Frequency / 20_000; // 50 µs

    private int _debt;

    public bool IsQuick => Volatile.Read(ref _debt) < TooMuchDebt;

    /// <summary>Work has returned, that started at this moment of <see cref="Stopwatch"/>.</summary>
    /// <param name="started">When it started.</param>
    /// <param name="pieces">How many messages it has worked on.</param>
    public void Note(long started, int pieces)
    {
        var debt = _debt;
        if (Stopwatch.GetTimestamp() - started > s_slow * Math.Max(1, pieces))
        {
            _debt = Math.Min(MostDebt, debt + SlowCounts);
        }
        else if (debt > 0)
        {
            _debt = debt - 1;
        }
    }
}
