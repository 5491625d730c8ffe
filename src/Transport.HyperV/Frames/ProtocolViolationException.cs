namespace WinApi.Transport.HyperV.Frames;

/// <summary>The peer broke the protocol. The connection ends with this message as the reason; the process does not.</summary>
internal sealed class ProtocolViolationException(string message) : IOException(message);
