namespace WinApi.Transport.HyperV.Memory;

/// <summary>
/// The region this side allocates in. Without a mapping its blocks are private arrays of the same total size, so
/// the bound and the waiting are the same. Safe for use by many threads.
/// </summary>
internal sealed class Region
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiters = new();
    private readonly PageAllocator _allocator;
    private readonly SharedMapping? _mapping;
    private readonly long _start;
    private bool _closed;

    public Region(SharedMapping? mapping, long start, long length)
    {
        _mapping = mapping;
        _start = start;
        Length = length;
        _allocator = new PageAllocator(checked((int)(length / MappingLayout.PageSize)));
    }

    public long Length { get; }

    public bool IsShared => _mapping is not null;

    public long FreeBytes
    {
        get
        {
            lock (_gate)
            {
                return (long)_allocator.FreePages * MappingLayout.PageSize;
            }
        }
    }

    /// <summary>Takes a block if there is room now and nobody waits for it.</summary>
    public RegionBlock? TryRent(int length)
    {
        lock (_gate)
        {
            return _waiters.Count == 0 ? Allocate(length) : null;
        }
    }

    /// <summary>Takes a block, waiting in turn while the region is full. The length must fit the region.</summary>
    public ValueTask<RegionBlock> RentAsync(int length, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_gate)
        {
            if (_waiters.Count == 0 && Allocate(length) is { } block)
            {
                return ValueTask.FromResult(block);
            }

            waiter = new Waiter(length);
            _waiters.AddLast(waiter);
        }

        return WaitAsync(waiter, cancellationToken);
    }

    /// <summary>The connection has ended: nobody gets a block any more, and who waits is told.</summary>
    /// <remarks>Waiters fail with <see cref="ObjectDisposedException"/>.</remarks>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var waiter in _waiters)
            {
                waiter.Completion.TrySetException(new ObjectDisposedException(nameof(Region)));
            }

            _waiters.Clear();
        }
    }

    public void Return(RegionBlock block)
    {
        lock (_gate)
        {
            _allocator.Free(PageOf(block.Offset), PagesFor(block.Length));
            ServeWaiters();
        }

        block.ReleaseMapping();
    }

    private async ValueTask<RegionBlock> WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource<RegionBlock>)state!).TrySetCanceled(token), waiter.Completion);
        try
        {
            return await waiter.Completion.Task.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                if (_waiters.Remove(waiter))
                {
                    ServeWaiters();
                }
            }

            throw;
        }
    }

    private void ServeWaiters()
    {
        while (!_closed && _waiters.First is { } first)
        {
            if (first.Value.Completion.Task.IsCompleted)
            {
                _waiters.RemoveFirst();
                continue;
            }

            if (Allocate(first.Value.Length) is not { } block)
            {
                return;
            }

            _waiters.RemoveFirst();
            if (!first.Value.Completion.TrySetResult(block))
            {
                _allocator.Free(PageOf(block.Offset), PagesFor(block.Length));
                block.ReleaseMapping();
            }
        }
    }

    private RegionBlock? Allocate(int length)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (!_allocator.TryAllocate(PagesFor(length), out var page))
        {
            return null;
        }

        var offset = _start + ((long)page * MappingLayout.PageSize);
        return new RegionBlock(this, _mapping, offset, length);
    }

    private int PageOf(long offset) => (int)((offset - _start) / MappingLayout.PageSize);

    private static int PagesFor(int length) => Math.Max(1, (int)(((long)length + MappingLayout.PageSize - 1) / MappingLayout.PageSize));

    private sealed class Waiter(int length)
    {
        public int Length => length;

        public TaskCompletionSource<RegionBlock> Completion { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
