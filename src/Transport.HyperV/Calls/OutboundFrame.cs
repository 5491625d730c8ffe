using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// The frame that a message ends in. What does not fit it goes ahead: after a call frame in message frames, before
/// trailers in message frames.
/// </summary>
internal readonly record struct OutboundFrame(FrameType Type, bool EndOfStream = false)
{
    /// <summary>The frame for an early part of the message.</summary>
    public OutboundFrame Piece() => new(Type == FrameType.Call ? FrameType.Call : FrameType.Message);

    /// <summary>The frame for the rest, once an early part has gone.</summary>
    public OutboundFrame AfterPiece() => Type == FrameType.Call ? new(FrameType.Message, EndOfStream) : this;
}
