namespace WinApi.Transport.HyperV.Connections;

/// <summary>How a connection ended: the reason and a sentence for a person.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Message">The sentence.</param>
/// <param name="Unprocessed">For a stream: the host said that it never took it up, so it can be tried elsewhere.</param>
internal sealed record Disconnection(DisconnectReason Reason, string Message, bool Unprocessed = false);
