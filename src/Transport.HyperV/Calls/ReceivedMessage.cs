namespace WinApi.Transport.HyperV.Calls;

/// <summary>A message in a queue: read already, or still in the bytes it came in.</summary>
/// <param name="Content">The message itself, an <see cref="InboundMessage"/>, or the exception that reading it has thrown.</param>
/// <param name="Bytes">What it costs of the window.</param>
internal readonly record struct ReceivedMessage(object Content, int Bytes)
{
    /// <summary>Nobody will read it.</summary>
    public void Drop() => (Content as InboundMessage)?.Dispose();

    /// <summary>Nobody need ever read it: it lets go of what it holds of the peer's region.</summary>
    public void Detach() => (Content as InboundMessage)?.Detach();
}
