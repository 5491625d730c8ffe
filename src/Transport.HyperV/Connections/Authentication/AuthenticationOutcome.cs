namespace WinApi.Transport.HyperV.Connections.Authentication;

/// <summary>How the two sides know each other.</summary>
/// <param name="Description">For people: <c>token PATH</c>, or <c>none</c>.</param>
/// <param name="SessionKey">The key for the proof of memory.</param>
internal sealed record AuthenticationOutcome(string Description, byte[] SessionKey);
