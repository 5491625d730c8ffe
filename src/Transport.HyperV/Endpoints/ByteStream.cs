namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>A connected stream of bytes: a socket, or the rings in shared memory. One receive and one send at a time.</summary>
internal abstract class ByteStream
{
    /// <summary>Receives up to the buffer's length; 0 where the peer has closed.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Sends all of the bytes. Where there is room at once, completes on the calling thread.</summary>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);
}
