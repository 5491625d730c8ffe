using System.Threading.RateLimiting;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>What one client may take of a host at a time; each quota counts in the host's own too. Safe for use by many threads.</summary>
/// <param name="calls">Calls at once.</param>
/// <param name="unread">Bytes of messages that wait to be read.</param>
/// <param name="buffers">Buffers that handlers have: lent by the client, or rented.</param>
/// <param name="messages">Messages in a second; null: no limit.</param>
internal sealed class ConnectionLimits(Quota calls, Quota unread, Quota buffers, RateLimiter? messages) : IDisposable
{
    public Quota Calls => calls;

    public Quota Unread => unread;

    public Quota Buffers => buffers;

    public RateLimiter? Messages => messages;

    /// <summary>Takes the turn of one message; false where the client has had its share of this second.</summary>
    public bool TryTakeMessage()
    {
        if (messages is null)
        {
            return true;
        }

        using var turn = messages.AttemptAcquire();
        return turn.IsAcquired;
    }

    /// <summary>Whoever waits for a turn waits no longer, and has none.</summary>
    public void Dispose() => messages?.Dispose();
}
