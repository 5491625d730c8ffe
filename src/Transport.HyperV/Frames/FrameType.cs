namespace WinApi.Transport.HyperV.Frames;

/// <summary>What a frame is for. The numbers are the wire's; docs/protocol.md has the table.</summary>
internal enum FrameType : byte
{
    /// <summary>A cold control message: hello, challenge, answer, verdict.</summary>
    Handshake = 1,

    /// <summary>Client to host: opens a call.</summary>
    Call = 2,

    /// <summary>Host to client: the response headers.</summary>
    Headers = 3,

    /// <summary>Either way: a message of a call, a part of one, or the end of the client's messages.</summary>
    Message = 4,

    /// <summary>Host to client: the status; ends the call.</summary>
    Trailers = 5,

    /// <summary>Client to host: the caller has given up. The host still answers with trailers.</summary>
    Cancel = 6,

    /// <summary>Either way: more credit for the messages of a call.</summary>
    Window = 7,

    /// <summary>Either way: bytes of a lent buffer, where no memory is shared.</summary>
    Buffer = 8,

    /// <summary>Either way: leases given back to their owner.</summary>
    Release = 9,

    Ping = 10,

    Pong = 11,

    /// <summary>Either way: no new calls; running ones may finish. The code says why.</summary>
    Goodbye = 12,
}
