namespace WinApi.Transport.HyperV.Memory;

/// <summary>Bounds the private memory that one connection's lent buffers may take where none is shared.</summary>
internal sealed class BorrowQuota(long limitBytes)
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

    public void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
