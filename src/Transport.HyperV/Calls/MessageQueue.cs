using System.Diagnostics.CodeAnalysis;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// Received messages that the application has not read yet; the stream's window bounds them. One reader at a time;
/// otherwise safe for use by many threads. What adds to it says whether a reader waits, and leaves it to its caller where and
/// when to wake it: whoever waits goes on within <see cref="Wake"/>.
/// </summary>
internal sealed class MessageQueue
{
    private readonly Lock _gate = new();
    private readonly Queue<ReceivedMessage> _messages = [];
    private TaskCompletionSource? _waiter;
    private bool _wakeIsDue;
    private bool _completed;

    /// <summary>How many messages the reader has taken.</summary>
    public int Taken { get; private set; }

    /// <summary>Adds a message; after the end it is dropped. True: a reader waits, and is not about to be woken.</summary>
    public bool Add(ReceivedMessage message)
    {
        lock (_gate)
        {
            if (!_completed)
            {
                _messages.Enqueue(message);
                return NeedsWake();
            }
        }

        message.Drop();
        return false;
    }

    /// <summary>No more will come; what is here can still be taken. True: a reader waits.</summary>
    /// <param name="detachUnread">Nobody need ever take it: it must not take up the peer's region any longer.</param>
    public bool Complete(bool detachUnread)
    {
        lock (_gate)
        {
            _completed = true;
            if (detachUnread)
            {
                foreach (var message in _messages)
                {
                    message.Detach();
                }
            }

            return NeedsWake();
        }
    }

    /// <summary>No more will come, and what is here is dropped. True: a reader waits.</summary>
    public bool Abort()
    {
        ReceivedMessage[] dropped;
        bool needsWake;
        lock (_gate)
        {
            _completed = true;
            dropped = [.. _messages];
            _messages.Clear();
            needsWake = NeedsWake();
        }

        foreach (var message in dropped)
        {
            message.Drop();
        }

        return needsWake;
    }

    /// <summary>Takes the next message, if one is here.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isEnd">Where none is: whether none will come.</param>
    public bool TryTake([MaybeNullWhen(false)] out ReceivedMessage message, out bool isEnd)
    {
        lock (_gate)
        {
            isEnd = _completed;
            var taken = _messages.TryDequeue(out message);
            Taken += taken ? 1 : 0;
            return taken;
        }
    }

    /// <summary>Completes when there may be something to take, or nothing will come.</summary>
    /// <exception cref="InvalidOperationException">Another read is under way.</exception>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource waiter;
        lock (_gate)
        {
            if (_messages.Count > 0 || _completed)
            {
                return Task.CompletedTask;
            }

            if (_waiter is not null)
            {
                throw new InvalidOperationException("a read is still under way: await each read before the next");
            }

            _waiter = waiter = new TaskCompletionSource();
        }

        return cancellationToken.CanBeCanceled ? WaitAsync(waiter, cancellationToken) : waiter.Task;
    }

    /// <summary>The reader that waits goes on, on this thread.</summary>
    public void Wake()
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            _wakeIsDue = false;
            waiter = _waiter;
            _waiter = null;
        }

        waiter?.TrySetResult();
    }

    private async Task WaitAsync(TaskCompletionSource waiter, CancellationToken cancellationToken)
    {
        try
        {
            await waiter.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                _waiter = _waiter == waiter ? null : _waiter;
            }

            throw;
        }
    }

    private bool NeedsWake()
    {
        var needs = _waiter is not null && !_wakeIsDue;
        _wakeIsDue |= needs;
        return needs;
    }
}
