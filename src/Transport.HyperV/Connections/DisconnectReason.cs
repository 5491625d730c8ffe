namespace WinApi.Transport.HyperV;

/// <summary>Why a connection ended.</summary>
public enum DisconnectReason
{
    /// <summary>This side closed it.</summary>
    LocalShutdown = 1,

    /// <summary>The peer said goodbye: it shuts down or closes.</summary>
    PeerShutdown = 2,

    /// <summary>The peer's socket closed without a goodbye: most often its process was killed.</summary>
    PeerLost = 3,

    /// <summary>The operating system reported an error on the socket.</summary>
    SocketError = 4,

    /// <summary>The peer sent what the protocol does not allow; the message says what.</summary>
    PeerViolation = 5,

    /// <summary>The peer did not answer a heartbeat in time.</summary>
    HeartbeatTimeout = 6,

    /// <summary>The peer did not read, and too much was waiting for it.</summary>
    PeerNotReading = 7,

    /// <summary>A fault of this side. The message is for a bug report.</summary>
    InternalError = 8,
}
