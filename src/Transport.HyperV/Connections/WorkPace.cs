using System.Diagnostics;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>
/// Whether what a method's frames set off, its handlers on the host and what awaits its calls on the client, returns so soon,
/// or goes on asynchronously so soon, that it may run on the thread that reads the connection. Each slow one counts as much as
/// many quick ones, wherever it ran. Safe for use by many threads; counts that get lost do not matter.
/// </summary>
internal sealed class WorkPace
{
    private const int SlowCounts = 16;
    private const int MostDebt = 128;
    private const int TooMuchDebt = 48;

    // What waking another thread costs; work that takes longer gains more by one of its own, if there is other work.
    private static readonly long s_slow = Stopwatch.Frequency / 20_000; // 50 µs

    // What a call that comes meanwhile may wait.
    private static readonly long s_long = Stopwatch.Frequency / 1000; // 1 ms

    private int _slowDebt;
    private int _longDebt;

    /// <summary>Whether it may run there beside other calls.</summary>
    public bool IsQuick => Volatile.Read(ref _slowDebt) < TooMuchDebt;

    /// <summary>Whether it may run there while its call is the only one.</summary>
    public bool IsShort => Volatile.Read(ref _longDebt) < TooMuchDebt;

    /// <summary>Work has returned, that started at this moment of <see cref="Stopwatch"/>.</summary>
    /// <param name="started">When it started.</param>
    /// <param name="pieces">How many messages it has worked on.</param>
    public void Note(long started, int pieces)
    {
        var took = Stopwatch.GetTimestamp() - started;
        pieces = Math.Max(1, pieces);
        Count(ref _slowDebt, took > s_slow * pieces);
        Count(ref _longDebt, took > s_long * pieces);
    }

    private static void Count(ref int debt, bool grows)
    {
        var now = debt;
        if (grows)
        {
            debt = Math.Min(MostDebt, now + SlowCounts);
        }
        else if (now > 0)
        {
            debt = now - 1;
        }
    }
}
