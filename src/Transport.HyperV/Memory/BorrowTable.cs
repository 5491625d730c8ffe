using System.Diagnostics.CodeAnalysis;

namespace WinApi.Transport.HyperV.Memory;

/// <summary>
/// What the peer has lent: to one call (host) or to the connection (client). Safe for use by many threads.
/// </summary>
/// <param name="mapping">Null where no memory is shared.</param>
/// <param name="regionStart">Where the peer's region starts; its descriptors must stay inside.</param>
/// <param name="regionLength">The length of the peer's region.</param>
/// <param name="quota">Bounds the number of buffers and, where no memory is shared, of the bytes of private copies.</param>
/// <param name="onReturned">Called with a lease and how many lends of it are given back, when its last open buffer is disposed.</param>
internal sealed class BorrowTable(
    SharedMapping? mapping, long regionStart, long regionLength, BorrowQuota quota, Action<ulong, long>? onReturned)
{
    private readonly Lock _gate = new();
    private readonly long _mostBuffers = regionLength / MappingLayout.PageSize;
    private readonly Dictionary<ulong, BorrowedBuffer> _borrowed = [];
    private bool _closed;

    /// <summary>Notes a lend.</summary>
    public BorrowOutcome Borrow(BufferDescriptor descriptor)
    {
        if (descriptor.Lease == 0 || descriptor.Length < 0 || descriptor.Offset < regionStart
            || descriptor.Length > regionLength || descriptor.Offset - regionStart > regionLength - descriptor.Length)
        {
            return BorrowOutcome.Invalid;
        }

        lock (_gate)
        {
            if (_closed)
            {
                return BorrowOutcome.TooLate;
            }

            if (!_borrowed.TryGetValue(descriptor.Lease, out var buffer))
            {
                if (_borrowed.Count >= _mostBuffers)
                {
                    return BorrowOutcome.MoreThanPages;
                }

                if (!quota.TryTakeBuffer())
                {
                    return BorrowOutcome.TooMany;
                }

                if (mapping is null && !quota.TryTake(descriptor.Length))
                {
                    quota.ReturnBuffer();
                    return BorrowOutcome.Exhausted;
                }

                buffer = new BorrowedBuffer(mapping, descriptor);
                _borrowed.Add(descriptor.Lease, buffer);
            }

            buffer.Lends++;
            return buffer.Descriptor == descriptor ? BorrowOutcome.Taken : BorrowOutcome.Invalid;
        }
    }

    /// <summary>The private bytes of a lease, for a peer that sends them; false if it was not lent.</summary>
    public bool TryGetPrivate(ulong lease, out Memory<byte> bytes)
    {
        lock (_gate)
        {
            var found = _borrowed.TryGetValue(lease, out var buffer) && !buffer.IsShared;
            bytes = found ? buffer!.Memory : default;
            return found;
        }
    }

    public bool TryOpen(BufferRef reference, BufferAccess access, [NotNullWhen(true)] out SharedBuffer? opened)
    {
        opened = null;
        lock (_gate)
        {
            if (_closed || !_borrowed.TryGetValue(reference.Lease, out var buffer)
                || !LeaseTable.Covers(buffer.Descriptor, reference))
            {
                return false;
            }

            buffer.Opened++;
            buffer.Written |= access == BufferAccess.ReadWrite;
            var start = (int)(reference.Offset - (ulong)buffer.Descriptor.Offset);
            opened = new SharedBuffer(
                reference.Lease,
                (long)reference.Offset,
                buffer.Memory.Slice(start, (int)reference.Length),
                buffer.IsShared,
                access,
                () => Close(buffer));
            return true;
        }
    }

    /// <summary>Gives one lend of a lease back: the message it came with will not be read.</summary>
    public void ReturnUnread(ulong lease)
    {
        lock (_gate)
        {
            if (!_borrowed.TryGetValue(lease, out var buffer) || (buffer.Lends == 1 && buffer.Opened > 0))
            {
                return;
            }

            if (--buffer.Lends == 0)
            {
                _borrowed.Remove(lease);
                Release(buffer);
            }
        }

        onReturned?.Invoke(lease, 1);
    }

    /// <summary>The private buffers that were opened for writing: their bytes go back before the call ends.</summary>
    public IReadOnlyList<BorrowedBuffer> WrittenPrivately()
    {
        lock (_gate)
        {
            return [.. _borrowed.Values.Where(buffer => buffer.Written && !buffer.IsShared)];
        }
    }

    /// <summary>Lets go of everything; the table takes and opens nothing from now on.</summary>
    public void CloseAll()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var buffer in _borrowed.Values)
            {
                buffer.Abandoned = true;
                if (buffer.Opened == 0)
                {
                    Release(buffer);
                }
            }

            _borrowed.Clear();
        }
    }

    /// <summary>After <see cref="CloseAll"/>: the table serves another call. What is open of the last one stays so.</summary>
    public void Reopen()
    {
        lock (_gate)
        {
            _closed = false;
        }
    }

    private void Close(BorrowedBuffer buffer)
    {
        long lends;
        lock (_gate)
        {
            if (--buffer.Opened > 0)
            {
                return;
            }

            if (buffer.Abandoned)
            {
                Release(buffer);
                return;
            }

            if (onReturned is null)
            {
                return;
            }

            lends = buffer.Lends;
            _borrowed.Remove(buffer.Descriptor.Lease);
            Release(buffer);
        }

        onReturned(buffer.Descriptor.Lease, lends);
    }

    private void Release(BorrowedBuffer buffer)
    {
        buffer.ReleaseMapping();
        quota.ReturnBuffer();
        if (mapping is null)
        {
            quota.Return(buffer.Descriptor.Length);
        }
    }
}
