namespace WinApi.Transport.HyperV.Frames.Rings;

/// <summary>One side's word that says whether it sleeps. It is odd while it does and counts on at every change.</summary>
internal unsafe struct Sleep(uint* word)
{
    private uint _value = *word;

    /// <summary>From the full fence on, whoever publishes something rings; so look once more before sleeping.</summary>
    public void Begin()
    {
        Volatile.Write(ref *word, _value |= 1);
        Interlocked.MemoryBarrier();
    }

    public void End()
    {
        if ((_value & 1) != 0)
        {
            Volatile.Write(ref *word, ++_value);
        }
    }
}
