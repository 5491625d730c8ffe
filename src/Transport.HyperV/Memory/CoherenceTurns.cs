using System.Diagnostics;
using System.Runtime.InteropServices;

namespace WinApi.Transport.HyperV.Memory;

/// <summary>
/// The last step of the proof: both sides count in turns, each in the first word of its own region, with nothing but the
/// memory between them. Memory that is only made equal when a system call is made fails here.
/// </summary>
internal static class CoherenceTurns
{
    public const uint MaxTurns = 1000;
    public const uint MinTurns = 16;

    private const uint LastTurn = 1u << 31;
    private const int SpinsBeforeYield = 100;

    // The peer may have died, or mean to keep this thread busy. A time and no count: on a busy machine a yield takes long.
    private static readonly TimeSpan s_yieldsFor = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_enough = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Sets a side's word to where counting starts; before its verdict on the challenges.</summary>
    public static void Reset(SharedMapping mapping, long regionStart) => Volatile.Write(ref Word(mapping, regionStart), 0);

    /// <summary>The client's side. Returns why the memory cannot be used.</summary>
    /// <param name="mapping">The memory.</param>
    /// <param name="layout">Where the regions are.</param>
    /// <param name="peerHasLeft">Asked now and then while the other side does not answer.</param>
    public static string? Lead(SharedMapping mapping, MappingLayout layout, Func<bool> peerHasLeft)
    {
        var clock = Stopwatch.StartNew();
        var turn = 0u;
        var answered = true;
        while (answered && turn < MaxTurns && (turn < MinTurns || clock.Elapsed < s_enough))
        {
            Volatile.Write(ref Word(mapping, MappingLayout.RequestStart), ++turn);
            answered = WaitFor(mapping, layout.ResponseStart, turn, clock, peerHasLeft) == turn;
        }

        Volatile.Write(ref Word(mapping, MappingLayout.RequestStart), turn | LastTurn);
        return answered ? null : $"the host did not answer turn {turn} in memory";
    }

    /// <summary>The host's side. Returns why the memory cannot be used.</summary>
    /// <param name="mapping">The memory.</param>
    /// <param name="layout">Where the regions are.</param>
    /// <param name="peerHasLeft">Asked now and then while the other side does not answer.</param>
    public static string? Follow(SharedMapping mapping, MappingLayout layout, Func<bool> peerHasLeft)
    {
        var clock = Stopwatch.StartNew();
        for (var turn = 1u; ; turn++)
        {
            var seen = WaitFor(mapping, MappingLayout.RequestStart, turn, clock, peerHasLeft);
            if ((seen & LastTurn) != 0)
            {
                return turn > MinTurns ? null : $"the client ended after turn {turn - 1}";
            }

            if (seen != turn)
            {
                return $"turn {turn} of the client was not seen in memory";
            }

            Volatile.Write(ref Word(mapping, layout.ResponseStart), turn);
        }
    }

    /// <summary>Returns what the word holds once it holds the turn, the last turn, or the time is up.</summary>
    private static uint WaitFor(SharedMapping mapping, long regionStart, uint turn, Stopwatch clock, Func<bool> peerHasLeft)
    {
        var start = clock.Elapsed;
        for (var spins = 0; ; spins++)
        {
            var seen = Volatile.Read(ref Word(mapping, regionStart));
            if (seen == turn || (seen & LastTurn) != 0)
            {
                return seen;
            }

            if (spins < SpinsBeforeYield)
            {
                Thread.SpinWait(1);
            }
            else if (clock.Elapsed - start < s_yieldsFor)
            {
                Thread.Yield();
            }
            else if (clock.Elapsed > s_patience || peerHasLeft())
            {
                return seen;
            }
            else
            {
                Thread.Sleep(1);
            }
        }
    }

    private static ref uint Word(SharedMapping mapping, long regionStart) =>
        ref MemoryMarshal.AsRef<uint>(mapping.GetSpan(regionStart, sizeof(uint)));
}
