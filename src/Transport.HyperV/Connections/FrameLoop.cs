using System.Diagnostics;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Frames.Rings;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>
/// Reads the frames of a connection and has each dispatched, to the end. One thread at a time reads: the loop's own, or
/// with rings a caller's that waits for its own reply. What a frame sets off may run on the loop's thread right after it;
/// where that takes long, another thread goes on reading.
/// </summary>
internal sealed class FrameLoop
{
    // Answers to frames that came together leave together, but none waits longer than this for the others.
    private static readonly long s_longestHold = Stopwatch.Frequency / 20_000; // 50 µs

    private readonly FrameReader _reader;
    private readonly RingStream? _ring;
    private readonly FrameWriter _writer;
    private readonly Action<FrameReader> _dispatch;
    private readonly Func<Exception?, Task> _onEnd;
    private readonly LoopTakeover _takeover;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IThreadPoolWorkItem? _followUp;
    private long _heldSince;
    private int _isRead = 1;
    private int _callersWaiting;

    /// <param name="reader">Disposed at the end.</param>
    /// <param name="ring">What the reader reads from, where frames travel in rings.</param>
    /// <param name="writer">Held while frames that came together are dispatched.</param>
    /// <param name="dispatch">Takes a frame. What it throws ends the loop.</param>
    /// <param name="onEnd">Ends the connection; null where the peer has closed between two frames.</param>
    public FrameLoop(
        FrameReader reader, RingStream? ring, FrameWriter writer, Action<FrameReader> dispatch, Func<Exception?, Task> onEnd)
    {
        _reader = reader;
        _ring = ring;
        _writer = writer;
        _dispatch = dispatch;
        _onEnd = onEnd;
        _takeover = new LoopTakeover(TakeOver);
    }

    /// <summary>Completes when nothing is read any more and the rings are let go.</summary>
    public Task Completion => _completion.Task;

    public void Start() => _ = RunAsync(LoopTakeover.FirstLoop);

    /// <summary>While a frame is dispatched: what to run on this thread as soon as the frame is done with.</summary>
    public void RunNext(IThreadPoolWorkItem work) => _followUp = work;

    /// <summary>Takes the reading from a loop that sleeps or is about to; false where another thread reads.</summary>
    public bool TryBeginReading()
    {
        if (_ring is null)
        {
            return false;
        }

        // A loop that finds nothing to read gives way at once.
        Interlocked.Increment(ref _callersWaiting);
        var taken = TryTakeReading();
        for (var tries = 0; !taken && tries < 20; tries++)
        {
            Thread.SpinWait(10);
            taken = TryTakeReading();
        }

        Interlocked.Decrement(ref _callersWaiting);
        if (taken)
        {
            _ring.EndSleep();
        }

        return taken;
    }

    /// <summary>
    /// Reads on the caller's thread until the task has completed or nothing comes for a while, then gives the reading back:
    /// the loop goes on when the peer rings.
    /// </summary>
    public void ReadUntil(Task task)
    {
        var ring = _ring!;
        try
        {
            var nobody = 0;
            while (!task.IsCompleted)
            {
                if (_reader.TryRead(ring))
                {
                    _dispatch(_reader);
                }
                else if (ring.PeerHasClosed || !ring.Spin(ref nobody))
                {
                    break;
                }
            }

            while (!ring.PeerHasClosed && !ring.BeginSleep())
            {
                while (_reader.TryRead(ring))
                {
                    _dispatch(_reader);
                }
            }
        }
        catch (Exception e)
        {
            _ = _onEnd(e); // closes the socket, which wakes the loop
        }
        finally
        {
            Volatile.Write(ref _isRead, 0);
        }
    }

    /// <summary>The thread that went before may hold back answers, and does not return.</summary>
    private void TakeOver(int number)
    {
        _writer.BreakHold();
        _ = RunAsync(number);
    }

    private bool TryTakeReading() => Volatile.Read(ref _isRead) == 0 && Interlocked.Exchange(ref _isRead, 1) == 0;

    private async Task RunAsync(int number)
    {
        Exception? failure = null;
        try
        {
            if (!await (_ring is null ? ReadSocketAsync(number) : ReadRingAsync(_ring, number)).ConfigureAwait(false))
            {
                return;
            }

            _reader.CheckEnd();
        }
        catch (Exception e)
        {
            failure = e;
            await WaitForCallerAsync().ConfigureAwait(false);
        }

        _writer.EndHold();
        await _onEnd(failure).ConfigureAwait(false);
        _takeover.Dispose();
        _ring?.EndReading();
        _reader.Dispose();
        _completion.SetResult();
    }

    /// <summary>False where another loop has taken over.</summary>
    private async Task<bool> ReadSocketAsync(int number)
    {
        while (await _reader.ReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (!DispatchNext(number))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>False where another loop has taken over.</summary>
    private async Task<bool> ReadRingAsync(RingStream ring, int number)
    {
        while (true)
        {
            while (_reader.TryRead(ring))
            {
                if (!DispatchNext(number))
                {
                    return false;
                }
            }

            if (ring.PeerHasClosed)
            {
                return true;
            }

            if (!ring.Spin(ref _callersWaiting) && ring.BeginSleep())
            {
                Volatile.Write(ref _isRead, 0);
                await WaitToReadAsync(ring).ConfigureAwait(false);
                ring.EndSleep();
            }
        }
    }

    /// <summary>Completes when the peer has rung and this loop reads again.</summary>
    private async ValueTask WaitToReadAsync(RingStream ring)
    {
        do
        {
            await ring.WaitForBellAsync().ConfigureAwait(false);
            if (ring.PeerHasClosed)
            {
                await WaitForCallerAsync().ConfigureAwait(false);
                return;
            }
        }
        while (!TryTakeReading()); // a caller reads, and sees what the bell was for
    }

    /// <summary>At the end: until no caller reads any more.</summary>
    private async ValueTask WaitForCallerAsync()
    {
        while (_ring is not null && Interlocked.Exchange(ref _isRead, 1) != 0)
        {
            await Task.Delay(1).ConfigureAwait(false);
        }
    }

    private bool DispatchNext(int number)
    {
        var more = _reader.HasFrame;
        if (more)
        {
            Hold();
        }

        _dispatch(_reader);
        if (_followUp is { } work)
        {
            _followUp = null;
            if (!_takeover.Run(number, work))
            {
                return false; // the frames, and the hold, are another loop's now
            }
        }

        if (!more)
        {
            _writer.EndHold();
        }

        return true;
    }

    private void Hold()
    {
        var now = Stopwatch.GetTimestamp();
        if (now - _heldSince > s_longestHold)
        {
            _writer.EndHold();
            _heldSince = now;
        }

        _writer.Hold();
    }
}
