using System.Buffers;
using System.Diagnostics;
using WinApi.Transport.HyperV.Diagnostics;
using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Transport.HyperV.Frames;

/// <summary>
/// Gathers frames from all calls and sends them in order. Whoever writes while nobody sends becomes the sender, so a
/// lone frame leaves in one system call on its writer's thread, and frames written meanwhile leave together. Where one
/// follows the other at once, a thread of the pool sends, and what is written meanwhile leaves together.
/// Safe for use by many threads.
/// </summary>
internal sealed class FrameWriter : IThreadPoolWorkItem, IDisposable
{
    // A peer that stops reading may make this much wait before writers of messages are held, and so much before
    // even control frames are too many and the connection ends.
    private const int HoldMessagesAt = 256 * 1024;
    private const int GiveUpAt = 8 * 1024 * 1024;
    private const int SendHeldAt = 32 * 1024;
    private const int InitialBytes = 4 * 1024;
    private const int KeepBytes = 512 * 1024;

    // Frames that follow each other this soon are worth a thread that sends them together,
    private static readonly long s_atOnce = Stopwatch.Frequency / 100_000; // 10 µs

    // or a moment's wait on a thread that will say when it has no more.
    private static readonly long s_soon = Stopwatch.Frequency / 20_000; // 50 µs

    private readonly ByteStream _stream;
    private readonly Action<Exception> _onFault;
    private readonly FrameTrace? _trace;
    private readonly Lock _gate = new();
    private PooledBytes _pending = new(InitialBytes);
    private PooledBytes _sending = new(InitialBytes);
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _drained;
    private long _lastSent;
    private bool _isSending;
    private bool _closed;
    private int _holder;
    private bool _holdsAll;

    /// <param name="stream">Where frames go.</param>
    /// <param name="onFault">Called once, on any thread, when nothing more can be sent.</param>
    /// <param name="trace">Is shown every frame, in order; null for none.</param>
    public FrameWriter(ByteStream stream, Action<Exception> onFault, FrameTrace? trace = null)
    {
        _stream = stream;
        _onFault = onFault;
        _trace = trace;
    }

    /// <summary>Whether a message may be written now. Right enough without the lock: it bounds, and need not be exact.</summary>
    public bool HasRoom => Volatile.Read(ref _closed) || Volatile.Read(ref _pending).Length < HoldMessagesAt;

    /// <summary>Completes when a message may be written: at once, unless too much waits for the peer to read.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_closed || _pending.Length < HoldMessagesAt)
            {
                return ValueTask.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_room.Task.WaitAsync(cancellationToken));
        }
    }

    /// <summary>Appends a frame and sends it, unless somebody sends already and will take it along.</summary>
    public void Write(
        FrameType type,
        FrameFlags flags,
        ushort code,
        uint stream,
        ReadOnlySpan<byte> head = default,
        ReadOnlySpan<byte> bodyStart = default,
        ReadOnlySpan<byte> body = default)
    {
        Append(type, flags, code, stream, head, bodyStart, body);
        Flush();
    }

    /// <summary>Writes a frame that nobody waits for this moment: it leaves together with what follows soon.</summary>
    public void WriteSoon(FrameType type, uint stream, ReadOnlySpan<byte> body)
    {
        Append(type, FrameFlags.None, 0, stream, body: body);
        Send(s_soon);
    }

    /// <summary>
    /// Appends a frame, which leaves with the next <see cref="Flush"/>; its lengths are taken from the parts. For
    /// callers that hold a lock. After the connection has ended: does nothing.
    /// </summary>
    public void Append(
        FrameType type,
        FrameFlags flags,
        ushort code,
        uint stream,
        ReadOnlySpan<byte> head = default,
        ReadOnlySpan<byte> bodyStart = default,
        ReadOnlySpan<byte> body = default)
    {
        var length = head.Length + bodyStart.Length + body.Length;
        var header = new FrameHeader(type, flags, code, stream, head.Length, length);
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            var room = _pending.Append(FrameHeader.Size + length);
            header.Write(room);
            room = room[FrameHeader.Size..];
            head.CopyTo(room);
            bodyStart.CopyTo(room[head.Length..]);
            body.CopyTo(room[(head.Length + bodyStart.Length)..]);
            _trace?.Sent(header, room);
        }
    }

    /// <summary>Sends what was appended, unless somebody sends already and will take it along.</summary>
    public void Flush() => Send(s_atOnce);

    /// <summary>Sends what is pending, on a thread of the pool.</summary>
    public void Execute() => _ = SendPendingAsync();

    /// <summary>What this thread writes from now on waits for <see cref="EndHold"/>, unless it becomes much.</summary>
    /// <param name="all">False: only what follows soon after something that was sent.</param>
    public void Hold(bool all)
    {
        _holdsAll = all;
        Volatile.Write(ref _holder, Environment.CurrentManagedThreadId);
    }

    /// <summary>Sends what this thread has held back.</summary>
    public void EndHold()
    {
        if (Volatile.Read(ref _holder) == Environment.CurrentManagedThreadId)
        {
            BreakHold();
        }
    }

    /// <summary>Sends what any thread has held back.</summary>
    public void BreakHold()
    {
        Volatile.Write(ref _holder, 0);
        Flush();
    }

    /// <summary>Completes when all that was written has been handed to the socket, or nothing can be.</summary>
    public Task DrainAsync()
    {
        lock (_gate)
        {
            if (!_isSending || _closed)
            {
                return Task.CompletedTask;
            }

            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    /// <summary>Drops what is not sent yet; later writes do nothing.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            _room?.TrySetResult();
            _drained?.TrySetResult();
            _pending.Dispose();
            if (!_isSending)
            {
                _sending.Dispose();
            }
        }
    }

    /// <param name="together">What was sent less than so long before makes a thread of the pool send.</param>
    private void Send(long together)
    {
        if (Volatile.Read(ref _isSending) && Volatile.Read(ref _pending).Length < GiveUpAt)
        {
            return; // set and cleared under the lock, and cleared only where nothing is pending
        }

        var isHolder = _holder == Environment.CurrentManagedThreadId;
        bool tooMuch, followsAtOnce;
        lock (_gate)
        {
            if (_closed || _pending.Length == 0)
            {
                return;
            }

            tooMuch = _pending.Length > GiveUpAt;
            var now = Stopwatch.GetTimestamp();
            var isHeld = isHolder && _pending.Length < SendHeldAt && (_holdsAll || now - _lastSent < s_soon);
            if ((_isSending || isHeld) && !tooMuch)
            {
                return;
            }

            _isSending = true;
            followsAtOnce = now - _lastSent < together && !isHolder && !_stream.SendsWithoutSystemCall;
            _lastSent = now;
        }

        if (tooMuch)
        {
            Fail(new IOException($"the peer has not read for so long that {GiveUpAt} bytes wait for it"));
        }
        else if (followsAtOnce)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else
        {
            _ = SendPendingAsync();
        }
    }

    private async Task SendPendingAsync()
    {
        try
        {
            while (TakePending())
            {
                await _stream.SendAsync(_sending.Written, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            Fail(e);
            _sending.Dispose();
        }
    }

    private bool TakePending()
    {
        lock (_gate)
        {
            _sending.Clear(KeepBytes);
            if (_closed || _pending.Length == 0)
            {
                _isSending = false;
                _drained?.TrySetResult();
                _drained = null;
                if (_closed)
                {
                    _sending.Dispose();
                }

                return false;
            }

            (_pending, _sending) = (_sending, _pending);
            _room?.TrySetResult();
            _room = null;
            return true;
        }
    }

    private void Fail(Exception reason)
    {
        Dispose();
        _onFault(reason);
    }
}
