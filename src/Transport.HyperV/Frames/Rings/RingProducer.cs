using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Frames.Rings;

/// <summary>Writes bytes into a ring. For one thread at a time, while the mapping is mapped.</summary>
internal sealed unsafe class RingProducer(RingWords words, Doorbell doorbell)
{
    private Sleep _sleep = new(words.ProducerSleeps);
    private uint _produced = *words.Produced;
    private uint _rungFor;

    public bool HasRoom => Room() > 0;

    /// <summary>Writes as many of the bytes as there is room for, and wakes the peer if it sleeps; returns how many.</summary>
    /// <exception cref="ProtocolViolationException">The peer says that it has read what was never written.</exception>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(bytes.Length, Room());
        if (count == 0)
        {
            return 0;
        }

        var start = (int)(_produced % MappingLayout.RingBytes);
        var first = Math.Min(count, MappingLayout.RingBytes - start);
        bytes[..first].CopyTo(new Span<byte>(words.Bytes + start, first));
        bytes[first..count].CopyTo(new Span<byte>(words.Bytes, count - first));
        _produced += (uint)count;
        Volatile.Write(ref *words.Produced, _produced);
        Interlocked.MemoryBarrier(); // the bytes before the look at the sleep word
        doorbell.RingFor(Volatile.Read(ref *words.ConsumerSleeps), ref _rungFor);
        return count;
    }

    /// <summary>Whether it must sleep for room: from then on the peer rings when it has read.</summary>
    public bool BeginSleep()
    {
        _sleep.Begin();
        if (Room() == 0)
        {
            return true;
        }

        _sleep.End();
        return false;
    }

    public void EndSleep() => _sleep.End();

    private int Room()
    {
        var used = _produced - Volatile.Read(ref *words.Consumed);
        return used <= MappingLayout.RingBytes
            ? MappingLayout.RingBytes - (int)used
            : throw new ProtocolViolationException("the peer says that it has read more of a ring than was written");
    }
}
