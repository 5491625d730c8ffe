namespace WinApi.Transport.HyperV.Memory;

/// <summary>
/// Bounds the private memory that one connection's lent buffers may take where none is shared, and their number.
/// </summary>
/// <param name="limitBytes">The most private memory.</param>
/// <param name="buffers">Counts them; null: any number.</param>
internal sealed class BorrowQuota(long limitBytes, Quota? buffers = null)
{
    private long _taken;

    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= limitBytes)
        {
            return true;
        }

        Return(bytes);
        return false;
    }

    public bool TryTakeBuffer() => buffers?.TryTake(1) is null;

    public void ReturnBuffer() => buffers?.Return(1);

    public void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
