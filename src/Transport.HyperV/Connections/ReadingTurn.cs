using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>
/// Whose turn it is to read a connection: its loop's, or a caller's that waits for its own reply. While callers read one
/// after the other and nobody else waits for frames, the loop stays out of their way: a signal would wake it beside each of
/// them. Safe for use by many threads.
/// </summary>
internal sealed class ReadingTurn
{
    // So long after the last caller the loop reads again.
    private static readonly TimeSpan s_callersPause = TimeSpan.FromMilliseconds(5);

    private readonly object _parking = new();
    private int _isTaken = 1;
    private bool _isLoops = true;
    private int _callersTurns;
    private int _wanting;
    private bool _isParked;

    /// <summary>Callers that would like to have the turn. A loop that finds nothing to read gives way at once.</summary>
#pragma warning disable CA1051 // passed by reference to who spins
    public int CallersWaiting;
#pragma warning restore CA1051

    /// <summary>Somebody waits for frames and will not read by itself.</summary>
    public void BeginWanting()
    {
        Interlocked.Increment(ref _wanting);
        WakeLoop();
    }

    public void EndWanting() => Interlocked.Decrement(ref _wanting);

    public bool TryTakeAsCaller()
    {
        Interlocked.Increment(ref CallersWaiting);
        var taken = TryTake();
        for (var tries = 0; !taken && tries < 20; tries++)
        {
            Thread.SpinWait(10);
            taken = TryTake();
        }

        Interlocked.Decrement(ref CallersWaiting);
        return taken;
    }

    /// <summary>A caller gives the turn back.</summary>
    public void Leave()
    {
        _callersTurns++;
        Interlocked.Exchange(ref _isTaken, 0); // a full fence, before the look whether the loop is parked
        if (Volatile.Read(ref _wanting) > 0)
        {
            WakeLoop();
        }
    }

    /// <summary>The loop gives the turn away, waits for a signal, and takes it again; whether there was one.</summary>
    public bool WaitAsLoop(ByteStream stream)
    {
        var turns = Volatile.Read(ref _callersTurns);
        _isLoops = false;
        Interlocked.Exchange(ref _isTaken, 0);
        while (true)
        {
            var signalled = stream.WaitForSignal(-1);
            if ((turns == Volatile.Read(ref _callersTurns) || Volatile.Read(ref _wanting) > 0) && TryTake())
            {
                _isLoops = true;
                return signalled;
            }

            turns = Park();
        }
    }

    /// <summary>At the end: for the loop, once no caller reads any more.</summary>
    public void TakeForGood()
    {
        while (!_isLoops && !TryTake())
        {
            Thread.Sleep(1);
        }

        _isLoops = true;
    }

    private bool TryTake() => Volatile.Read(ref _isTaken) == 0 && Interlocked.Exchange(ref _isTaken, 1) == 0;

    private void WakeLoop()
    {
        if (Volatile.Read(ref _isParked))
        {
            lock (_parking)
            {
                Monitor.Pulse(_parking);
            }
        }
    }

    /// <summary>Until no caller has read for a while, or somebody waits for frames that no caller reads.</summary>
    private int Park()
    {
        lock (_parking)
        {
            Volatile.Write(ref _isParked, true);
            Interlocked.MemoryBarrier(); // before the looks at what who wakes it changes first
            int turns;
            do
            {
                turns = Volatile.Read(ref _callersTurns);
                if (Volatile.Read(ref _isTaken) == 0 && Volatile.Read(ref _wanting) > 0)
                {
                    break;
                }

                Monitor.Wait(_parking, s_callersPause);
            }
            while (Volatile.Read(ref _isTaken) != 0
                || (Volatile.Read(ref _wanting) == 0 && turns != Volatile.Read(ref _callersTurns)));

            Volatile.Write(ref _isParked, false);
            return Volatile.Read(ref _callersTurns);
        }
    }
}
