using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// The other end of a <see cref="SendWindow"/>: holds the peer to its credit, and tells when enough was consumed to
/// grant more. Safe for use by one receiving and one consuming thread.
/// </summary>
internal sealed class ReceiveWindow(int windowBytes)
{
    private long _credit = windowBytes;
    private long _consumed;

    /// <summary>A message, or the first piece of one.</summary>
    /// <exception cref="ProtocolViolationException">The peer sent without credit.</exception>
    public void OnMessage(long bytes)
    {
        if (Interlocked.Read(ref _credit) <= 0)
        {
            throw new ProtocolViolationException("a message came without credit");
        }

        Interlocked.Add(ref _credit, -(bytes + SendWindow.MessageCost));
    }

    /// <summary>Another piece of a message that has started: it may come whatever credit is left.</summary>
    public void OnPiece(long bytes) => Interlocked.Add(ref _credit, -bytes);

    /// <summary>Notes a consumed message; returns the credit to grant now, most often 0.</summary>
    public uint OnConsumed(long bytes)
    {
        if (Interlocked.Add(ref _consumed, bytes + SendWindow.MessageCost) < windowBytes / 2)
        {
            return 0;
        }

        var grant = Interlocked.Exchange(ref _consumed, 0);
        Interlocked.Add(ref _credit, grant);
        return (uint)grant;
    }
}
