using System.Diagnostics;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>
/// Reads the frames of a connection on a thread of its own and has each dispatched, to the end. What a frame sets off (a
/// handler, the continuation of a call) runs on that thread as soon as no frame is left; where it takes long, another thread
/// goes on reading. A caller that waits for its own reply may read in the loop's place.
/// </summary>
internal sealed class FrameLoop
{
    // A caller looks that long for its own reply, then leaves it to the loop.
    private const int CallersPatienceMilliseconds = 5;

    // So much is set off by frames that came together before any of it runs.
    private const int MostFollowUps = 64;

    // Answers to frames that came together leave together, but none waits longer than this for the others.
    private static readonly long s_longestHold = Stopwatch.Frequency / 20_000; // 50 µs

    [ThreadStatic]
    private static FrameLoop? t_dispatching;

    [ThreadStatic]
    private static FrameLoop? t_working;

    private readonly FrameReader _reader;
    private readonly ByteStream _stream;
    private readonly FrameWriter _writer;
    private readonly Action<FrameReader> _dispatch;
    private readonly Func<Exception?, Task> _onEnd;
    private readonly LoopTakeover _takeover;
    private readonly Queue<IThreadPoolWorkItem> _followUps = new();
    private readonly ReadingTurn _turn = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _heldSince;

    /// <param name="reader">Disposed at the end.</param>
    /// <param name="stream">What the reader reads from.</param>
    /// <param name="writer">Held while frames that came together are dispatched.</param>
    /// <param name="dispatch">Takes a frame. What it throws ends the loop.</param>
    /// <param name="onEnd">Ends the connection; null where the peer has closed between two frames.</param>
    public FrameLoop(
        FrameReader reader, ByteStream stream, FrameWriter writer, Action<FrameReader> dispatch, Func<Exception?, Task> onEnd)
    {
        _reader = reader;
        _stream = stream;
        _writer = writer;
        _dispatch = dispatch;
        _onEnd = onEnd;
        _takeover = new LoopTakeover(TakeOver);
    }

    /// <summary>Completes when nothing is read any more.</summary>
    public Task Completion => _completion.Task;

    public void Start() => StartThread(LoopTakeover.FirstLoop);

    /// <summary>
    /// For a thread that is about to block: where it is the thread of a loop, another reads on from now on, so that what it
    /// waits for can come.
    /// </summary>
    public static void LetAnotherRead() => t_working?._takeover.HandOver();

    /// <summary>Runs what a frame has set off: soon on this thread, if the loop dispatches on it, else on the pool.</summary>
    /// <param name="work">What to run.</param>
    /// <param name="isQuick">Whether it may be expected to return soon.</param>
    public void RunSoon(IThreadPoolWorkItem work, bool isQuick)
    {
        if (isQuick && t_dispatching == this)
        {
            _followUps.Enqueue(work);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
        }
    }

    /// <summary>Somebody waits for frames and will not read by itself; until <see cref="EndWanting"/>.</summary>
    public void BeginWanting() => _turn.BeginWanting();

    public void EndWanting() => _turn.EndWanting();

    /// <summary>Takes the reading from a loop that waits or is about to; false where another thread reads.</summary>
    public bool TryBeginReading()
    {
        if (!_turn.TryTakeAsCaller())
        {
            return false;
        }

        _stream.EndSleep(signalled: false);
        return true;
    }

    /// <summary>
    /// Reads on the caller's thread until its call has ended or nothing comes for a while, then gives the reading back.
    /// </summary>
    public void ReadUntilEnded(ConnectionStream call)
    {
        try
        {
            while (!call.HasEnded && WaitForFrame())
            {
                _dispatch(_reader);
            }

            // Nobody is woken for a frame that came together with the reply.
            while (_reader.HasFrame && _reader.TryRead())
            {
                _dispatch(_reader);
            }

            while (!_stream.PeerHasClosed && !_stream.BeginSleep())
            {
                while (_reader.TryRead())
                {
                    _dispatch(_reader);
                }
            }
        }
        catch (Exception e)
        {
            _ = _onEnd(e); // closes the socket, which wakes the loop
        }

        _turn.Leave();
    }

    /// <summary>For a caller that reads: false where nothing came for a while, or the peer has closed.</summary>
    private bool WaitForFrame()
    {
        var nobody = 0;
        while (!_reader.TryRead())
        {
            if (_stream.PeerHasClosed)
            {
                return false;
            }

            if (!_stream.Spin(ref nobody) && _stream.BeginSleep())
            {
                var signalled = _stream.WaitForSignal(CallersPatienceMilliseconds);
                _stream.EndSleep(signalled);
                if (!signalled)
                {
                    return _reader.TryRead();
                }
            }
        }

        return true;
    }

    private void StartThread(int number) =>
        new Thread(() => Run(number)) { IsBackground = true, Name = "winapi connection" }.UnsafeStart();

    /// <summary>The thread that went before may hold back answers, and does not return.</summary>
    private void TakeOver(int number)
    {
        _writer.BreakHold();
        StartThread(number);
    }

    private void Run(int number)
    {
        Exception? failure = null;
        try
        {
            if (!ReadAll(number))
            {
                return;
            }

            _reader.CheckEnd();
        }
        catch (Exception e)
        {
            failure = e;
        }

        _ = EndAsync(failure);
    }

    /// <summary>False where another loop has taken over.</summary>
    private bool ReadAll(int number)
    {
        if (!RunFollowUps(number))
        {
            return false;
        }

        while (true)
        {
            while (_reader.TryRead())
            {
                if (!DispatchNext(number))
                {
                    return false;
                }
            }

            if (_stream.PeerHasClosed)
            {
                return true;
            }

            if (!_stream.Spin(ref _turn.CallersWaiting) && _stream.BeginSleep())
            {
                _stream.EndSleep(_turn.WaitAsLoop(_stream));
            }
        }
    }

    /// <summary>False where another loop has taken over: the frames, and the hold, are its now.</summary>
    private bool DispatchNext(int number)
    {
        var more = _reader.HasFrame;
        if (more)
        {
            Hold(all: true);
        }

        t_dispatching = this;
        _dispatch(_reader);
        t_dispatching = null;
        return (more && _followUps.Count < MostFollowUps) || RunFollowUps(number);
    }

    /// <summary>Then sends what was held. False where another loop has taken over.</summary>
    private bool RunFollowUps(int number)
    {
        while (_followUps.TryDequeue(out var work))
        {
            Hold(all: _followUps.Count > 0);

            t_working = this;
            var goesOn = _takeover.Run(number, work);
            t_working = null;
            if (!goesOn)
            {
                return false;
            }
        }

        _writer.EndHold();
        return true;
    }

    private void Hold(bool all)
    {
        var now = Stopwatch.GetTimestamp();
        if (now - _heldSince > s_longestHold)
        {
            _writer.EndHold();
            _heldSince = now;
        }

        _writer.Hold(all);
    }

    private async Task EndAsync(Exception? failure)
    {
        t_dispatching = null;
        _turn.TakeForGood();
        while (_followUps.TryDequeue(out var work))
        {
            ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
        }

        _writer.EndHold();
        await _onEnd(failure).ConfigureAwait(false);
        _takeover.Dispose();
        _stream.EndReading();
        _reader.Dispose();
        _completion.SetResult();
    }
}
