using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// The credit to send messages of one stream, in bytes. A message may start while any credit is left and then goes
/// whole, whatever its size; it takes its cost from the credit. One waiter at a time; otherwise safe for use by many threads.
/// </summary>
internal sealed class SendWindow(long initialBytes)
{
    /// <summary>What a message costs beside its bytes, so that empty messages are bounded too.</summary>
    public const int MessageCost = 16;

    private readonly Lock _gate = new();
    private long _credit = initialBytes;
    private TaskCompletionSource? _waiter;
    private bool _closed;

    /// <summary>Whether a message may start now.</summary>
    public bool HasCredit
    {
        get
        {
            lock (_gate)
            {
                return _credit > 0 || _closed;
            }
        }
    }

    /// <summary>Completes when there is credit, or when <see cref="Close"/> was called.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_credit > 0 || _closed)
            {
                return ValueTask.CompletedTask;
            }

            _waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_waiter.Task.WaitAsync(cancellationToken));
        }
    }

    public void Take(long bytes)
    {
        lock (_gate)
        {
            _credit -= bytes + MessageCost;
        }
    }

    /// <exception cref="ProtocolViolationException">The credit grows beyond what any window can be.</exception>
    public void Grant(uint bytes)
    {
        lock (_gate)
        {
            _credit += bytes;
            Check(_credit);
            Wake();
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

    /// <summary>Nobody need wait any more: the call has ended.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Wake();
        }
    }

    private void Wake()
    {
        if (_credit > 0 || _closed)
        {
            _waiter?.TrySetResult();
            _waiter = null;
        }
    }
}
