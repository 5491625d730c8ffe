namespace WinApi.Transport.HyperV;

/// <summary>Whether the two sides of a connection prove to each other that they know the same token.</summary>
public enum AuthenticationMode
{
    /// <summary>
    /// Where the socket leaves this machine's own kernel (vsock:, hvsocket:), and for a client wherever the host asks.
    /// On Unix sockets both sides also look at whom the other process belongs to.
    /// </summary>
    Auto,

    /// <summary>On every endpoint.</summary>
    Required,

    /// <summary>Never. A client refuses a host that asks for a token.</summary>
    None,
}
