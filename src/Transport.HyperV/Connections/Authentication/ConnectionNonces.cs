namespace WinApi.Transport.HyperV.Connections.Authentication;

/// <summary>What is fresh in every connection, so that a proof is worth nothing in another.</summary>
internal sealed record ConnectionNonces(Guid Session, byte[] Client, byte[] Host);
