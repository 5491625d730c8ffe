namespace WinApi.Transport.HyperV;

/// <summary>Where a channel stands with its connection; the states of gRPC.</summary>
public enum ChannelState
{
    /// <summary>Not connected; the next call connects.</summary>
    Idle,

    /// <summary>An attempt to connect is under way.</summary>
    Connecting,

    /// <summary>Connected.</summary>
    Ready,

    /// <summary>The last attempt failed; the next call tries again.</summary>
    TransientFailure,

    /// <summary>The channel was disposed.</summary>
    Shutdown,
}
