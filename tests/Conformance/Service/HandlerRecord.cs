namespace WinApi.Conformance.Tests;

/// <summary>What one call's handler saw, and the key to let it go on. Safe for use from any thread.</summary>
internal sealed class HandlerRecord
{
    private readonly TaskCompletionSource<ServerCallContext> _entered = New<ServerCallContext>();
    private readonly TaskCompletionSource _held = New();
    private readonly TaskCompletionSource _released = New();
    private readonly TaskCompletionSource _cancelled = New();
    private readonly TaskCompletionSource<Exception?> _left = New<Exception?>();
    private long _requestsRead;
    private long _repliesWritten;

    /// <summary>The handler runs; gives its context.</summary>
    public Task<ServerCallContext> Entered => _entered.Task;

    /// <summary>The handler has come to its hold.</summary>
    public Task Held => _held.Task;

    /// <summary>The handler's token fired.</summary>
    public Task Cancelled => _cancelled.Task;

    /// <summary>The handler returned (null) or threw.</summary>
    public Task<Exception?> Left => _left.Task;

    public long RequestsRead => Interlocked.Read(ref _requestsRead);

    public long RepliesWritten => Interlocked.Read(ref _repliesWritten);

    public void Release() => _released.TrySetResult();

    public void Enter(ServerCallContext context)
    {
        context.CancellationToken.Register(() => _cancelled.TrySetResult());
        _entered.TrySetResult(context);
    }

    public async Task HoldAsync(Hold hold, CancellationToken cancelled)
    {
        _held.TrySetResult();
        switch (hold)
        {
            case Hold.UntilReleased:
                await _released.Task;
                break;
            case Hold.UntilCancelled:
                await Task.Delay(Timeout.Infinite, cancelled);
                break;
        }
    }

    public void CountRequest() => Interlocked.Increment(ref _requestsRead);

    public void CountReply() => Interlocked.Increment(ref _repliesWritten);

    public void Leave(Exception? error) => _left.TrySetResult(error);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource<T> New<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
