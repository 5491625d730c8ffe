namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>
/// A connected stream of bytes: a socket, or the rings in shared memory. Reading never goes through the system's queue of
/// events: whoever reads takes what is there, and waits in the system itself. One thread reads at a time and one sends;
/// <see cref="WaitForSignal"/> is for any thread.
/// </summary>
internal abstract class ByteStream
{
    /// <summary>The peer has closed; what it wrote before may still be there.</summary>
    public abstract bool PeerHasClosed { get; }

    /// <summary>Whether sending is copying and no more, where there is room.</summary>
    public abstract bool SendsWithoutSystemCall { get; }

    /// <summary>Takes what is there, up to the buffer's length, without waiting; 0 where nothing is.</summary>
    public abstract int TryReceive(Span<byte> buffer);

    /// <summary>Looks again and again for a while, where looking costs less than waiting; whether there is something to read.</summary>
    /// <param name="giveWay">Not 0: somebody else would rather look.</param>
    public abstract bool Spin(ref int giveWay);

    /// <summary>Prepares to wait for a signal; false where there is something to read already.</summary>
    public abstract bool BeginSleep();

    /// <summary>After <see cref="BeginSleep"/>, once this thread may read again.</summary>
    /// <param name="signalled">What <see cref="WaitForSignal"/> said, if it was called.</param>
    public abstract void EndSleep(bool signalled);

    /// <summary>Waits in the system until the peer signals that there is something, or closes; false where the time is up.</summary>
    /// <param name="milliseconds">-1: without end.</param>
    public abstract bool WaitForSignal(int milliseconds);

    /// <summary>Nobody will read any more, which senders that wait for room must know.</summary>
    public abstract void EndReading();

    /// <summary>Sends all of the bytes. Where there is room at once, completes on the calling thread.</summary>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);
}
