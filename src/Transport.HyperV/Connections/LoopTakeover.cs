using System.Diagnostics;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>
/// Lets a loop run work of others on its own thread, and has another loop go on where that work does not return soon: it
/// may block, and what it waits for may have to be read. Costs a timer's tick in <see cref="Patience"/> while there is work,
/// and nothing while there is none.
/// </summary>
internal sealed class LoopTakeover(Action<int> startLoop) : IDisposable
{
    /// <summary>The number of the loop that runs first.</summary>
    public const int FirstLoop = 0;

    /// <summary>How long work may take before another loop goes on.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(5);

    private readonly Lock _gate = new();
    private Timer? _watch;
    private bool _isWatched;
    private bool _isDisposed;
    private long _workStarted;
    private int _worksDone;
    private int _worksSeen;
    private int _state; // twice the number of the loop that may go on, and one more while it runs work

    /// <summary>Runs the work; false where another loop has taken over meanwhile.</summary>
    public bool Run(int loop, IThreadPoolWorkItem work)
    {
        var running = (2 * loop) + 1;
        _workStarted = Stopwatch.GetTimestamp();
        Volatile.Write(ref _state, running);
        Interlocked.MemoryBarrier(); // the state before the look whether it is watched
        if (!Volatile.Read(ref _isWatched))
        {
            Watch();
        }

        work.Execute();
        _worksDone++;
        return Interlocked.CompareExchange(ref _state, running - 1, running) == running;
    }

    /// <summary>The work that runs now is about to block: another loop goes on at once.</summary>
    public void HandOver()
    {
        var state = Volatile.Read(ref _state);
        if ((state & 1) != 0)
        {
            GoOn(state);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _watch?.Dispose();
        }
    }

    private void Watch()
    {
        lock (_gate)
        {
            if (!_isWatched && !_isDisposed)
            {
                _watch ??= new Timer(static state => ((LoopTakeover)state!).Look(), this, Timeout.Infinite, Timeout.Infinite);
                _watch.Change(Patience, Patience);
                Volatile.Write(ref _isWatched, true);
            }
        }
    }

    private void Look()
    {
        var state = Volatile.Read(ref _state);
        var runsWork = (state & 1) != 0;
        if (runsWork && Stopwatch.GetElapsedTime(Volatile.Read(ref _workStarted)) > Patience)
        {
            GoOn(state);
            return;
        }

        var worksDone = Volatile.Read(ref _worksDone);
        if (runsWork || worksDone != _worksSeen)
        {
            _worksSeen = worksDone;
            return;
        }

        StopWatching();
    }

    /// <summary>Unless the work has returned meanwhile.</summary>
    private void GoOn(int state)
    {
        var next = (state / 2) + 1;
        if (Interlocked.CompareExchange(ref _state, 2 * next, state) == state)
        {
            startLoop(next);
        }
    }

    private void StopWatching()
    {
        lock (_gate)
        {
            Volatile.Write(ref _isWatched, false);
            Interlocked.MemoryBarrier(); // before the look whether work has begun meanwhile
            if ((Volatile.Read(ref _state) & 1) != 0)
            {
                Volatile.Write(ref _isWatched, true);
            }
            else if (!_isDisposed)
            {
                _watch!.Change(Timeout.Infinite, Timeout.Infinite);
            }
        }
    }
}
