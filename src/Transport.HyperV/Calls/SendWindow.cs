using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// The credit to send messages of one stream, in bytes. A message may start while any credit is left and then goes
/// whole, whatever its size; it takes its cost from the credit. One waiter at a time; otherwise safe for use by many threads.
/// What gives credit says whether somebody waits, and leaves it to its caller where and when to wake it: whoever waits goes on
/// within <see cref="Wake"/>.
/// </summary>
internal sealed class SendWindow(long initialBytes)
{
    /// <summary>What a message costs beside its bytes, so that empty messages are bounded too.</summary>
    public const int MessageCost = 16;

    private readonly Lock _gate = new();
    private long _credit = initialBytes;
    private TaskCompletionSource? _waiter;
    private bool _wakeIsDue;
    private volatile bool _closed;

    /// <summary>Whether a message may start now, or never need wait again.</summary>
    public bool HasCredit => Interlocked.Read(ref _credit) > 0 || _closed;

    /// <summary>Completes when there is credit, or when <see cref="Close"/> was called.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (HasCredit)
            {
                return ValueTask.CompletedTask;
            }

            _waiter ??= new TaskCompletionSource();
            return new ValueTask(_waiter.Task.WaitAsync(cancellationToken));
        }
    }

    /// <summary>How many messages have started.</summary>
    public int Started { get; private set; }

    /// <summary>A message starts. One at a time.</summary>
    public void Take(long bytes)
    {
        Started++;
        Interlocked.Add(ref _credit, -(bytes + MessageCost));
    }

    /// <summary>Adds credit. True: somebody waits, and is not about to be woken.</summary>
    /// <exception cref="ProtocolViolationException">The credit grows beyond what any window can be.</exception>
    public bool Grant(uint bytes)
    {
        lock (_gate)
        {
            Check(Interlocked.Add(ref _credit, bytes));
            return NeedsWake();
        }
    }

    /// <exception cref="ProtocolViolationException">It is beyond what any window can be.</exception>
    public static void Check(long credit)
    {
        if (credit > int.MaxValue)
        {
            throw new ProtocolViolationException("more credit was granted than a window can hold");
        }
    }

    /// <summary>Nobody need wait any more: the call has ended. True: somebody waits.</summary>
    public bool Close()
    {
        lock (_gate)
        {
            _closed = true;
            return NeedsWake();
        }
    }

    /// <summary>Whoever waits goes on, on this thread.</summary>
    public void Wake()
    {
        TaskCompletionSource? waiter = null;
        lock (_gate)
        {
            _wakeIsDue = false;
            if (HasCredit)
            {
                waiter = _waiter;
                _waiter = null;
            }
        }

        waiter?.TrySetResult();
    }

    private bool NeedsWake()
    {
        var needs = _waiter is not null && HasCredit && !_wakeIsDue;
        _wakeIsDue |= needs;
        return needs;
    }
}
