namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// Received messages that the application has not read yet; the stream's window bounds them. One reader at a time;
/// otherwise safe for use by many threads.
/// </summary>
internal sealed class MessageQueue
{
    private readonly Lock _gate = new();
    private readonly Queue<InboundMessage> _messages = [];
    private TaskCompletionSource? _waiter;
    private bool _completed;

    /// <summary>Adds a message; after the end it is dropped.</summary>
    public void Add(InboundMessage message)
    {
        lock (_gate)
        {
            if (!_completed)
            {
                _messages.Enqueue(message);
                Wake();
                return;
            }
        }

        message.Dispose();
    }

    /// <summary>No more will come; what is here can still be taken.</summary>
    /// <param name="detachUnread">Nobody need ever take it: it must not take up the peer's region any longer.</param>
    public void Complete(bool detachUnread)
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

            Wake();
        }
    }

    /// <summary>No more will come, and what is here is dropped.</summary>
    public void Abort()
    {
        InboundMessage[] dropped;
        lock (_gate)
        {
            _completed = true;
            dropped = [.. _messages];
            _messages.Clear();
            Wake();
        }

        foreach (var message in dropped)
        {
            message.Dispose();
        }
    }

    /// <summary>The next message; null at the end.</summary>
    /// <exception cref="InvalidOperationException">Another read is under way.</exception>
    public async ValueTask<InboundMessage?> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (_gate)
            {
                if (_messages.TryDequeue(out var message))
                {
                    return message;
                }

                if (_completed)
                {
                    return null;
                }

                if (_waiter is { Task.IsCompleted: false })
                {
                    throw new InvalidOperationException("a read is still under way: await each read before the next");
                }

                _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = _waiter.Task;
            }

            try
            {
                await wait.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                Forget(wait);
                throw;
            }
        }
    }

    private void Wake() => _waiter?.TrySetResult();

    private void Forget(Task wait)
    {
        lock (_gate)
        {
            _waiter = _waiter?.Task == wait ? null : _waiter;
        }
    }
}
