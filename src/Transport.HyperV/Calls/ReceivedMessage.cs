using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>A message in a queue: read already, or still in the bytes it came in.</summary>
/// <param name="Content">The message itself, an <see cref="InboundMessage"/>, or the exception that reading it has thrown.</param>
/// <param name="Bytes">What it costs of the window.</param>
/// <param name="Unread">Where it counts as unread; null: nowhere, or by itself as an <see cref="InboundMessage"/>.</param>
internal readonly record struct ReceivedMessage(object Content, int Bytes, Quota? Unread = null)
{
    /// <summary>What it counts as unread: as much as of the window.</summary>
    public long UnreadBytes => Bytes + SendWindow.MessageCost;

    /// <summary>Somebody has taken it.</summary>
    public void MarkTaken() => Unread?.Return(UnreadBytes);

    /// <summary>Nobody will read it.</summary>
    public void Drop()
    {
        MarkTaken();
        (Content as InboundMessage)?.Dispose();
    }

    /// <summary>Nobody need ever read it: it lets go of what it holds of the peer's region.</summary>
    public void Detach() => (Content as InboundMessage)?.Detach();
}
