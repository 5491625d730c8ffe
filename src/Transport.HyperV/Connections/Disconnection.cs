namespace WinApi.Transport.HyperV.Connections;

/// <summary>How a connection ended: the reason and a sentence for a person.</summary>
internal sealed record Disconnection(DisconnectReason Reason, string Message);
