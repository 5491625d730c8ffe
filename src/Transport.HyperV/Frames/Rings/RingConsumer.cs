using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Frames.Rings;

/// <summary>Reads bytes out of a ring, by copying them. For one thread at a time, while the mapping is mapped.</summary>
internal sealed unsafe class RingConsumer(RingWords words, Doorbell doorbell)
{
    private Sleep _sleep = new(words.ConsumerSleeps);
    private uint _consumed = *words.Consumed;
    private uint _rungFor;

    public bool HasBytes => Volatile.Read(ref *words.Produced) != _consumed;

    /// <summary>Copies out what is there, up to the target's length, and wakes a peer that sleeps for room.</summary>
    /// <exception cref="ProtocolViolationException">The peer says that there is more than a ring holds.</exception>
    public int Read(Span<byte> target)
    {
        var there = Volatile.Read(ref *words.Produced) - _consumed;
        if (there > MappingLayout.RingBytes)
        {
            throw new ProtocolViolationException($"the peer says that {there} bytes are in a ring of {MappingLayout.RingBytes}");
        }

        var count = Math.Min(target.Length, (int)there);
        if (count == 0)
        {
            return 0;
        }

        var start = (int)(_consumed % MappingLayout.RingBytes);
        var first = Math.Min(count, MappingLayout.RingBytes - start);
        new Span<byte>(words.Bytes + start, first).CopyTo(target);
        new Span<byte>(words.Bytes, count - first).CopyTo(target[first..]);
        _consumed += (uint)count;
        Volatile.Write(ref *words.Consumed, _consumed);
        Interlocked.MemoryBarrier(); // the room before the look at the sleep word
        doorbell.RingFor(Volatile.Read(ref *words.ProducerSleeps), ref _rungFor);
        return count;
    }

    /// <summary>Whether there is nothing to read: from then on the peer rings when it writes.</summary>
    public bool BeginSleep()
    {
        _sleep.Begin();
        if (!HasBytes)
        {
            return true;
        }

        _sleep.End();
        return false;
    }

    public void EndSleep() => _sleep.End();
}
