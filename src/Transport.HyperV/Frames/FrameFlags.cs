namespace WinApi.Transport.HyperV.Frames;

/// <summary>What a frame carries.</summary>
[Flags]
internal enum FrameFlags : byte
{
    None = 0,

    /// <summary>No more messages from the sender of this frame.</summary>
    EndOfStream = 0x01,

    /// <summary>The body is a message, or a part of one.</summary>
    Message = 0x02,

    /// <summary>The message goes on in the next message frame of the stream.</summary>
    More = 0x04,

    /// <summary>The message is not in the body: a descriptor of it is.</summary>
    Shared = 0x08,

    /// <summary>The body starts with a count and descriptors of the buffers this message lends.</summary>
    Lends = 0x10,

    /// <summary>The head of a call gives the name that its method number stands for from now on.</summary>
    DefinesMethod = 0x20,

    /// <summary>
    /// Trailers: the handler still runs, and what the call was lent stays with it until a release frame of the stream
    /// with <see cref="EndOfStream"/> says that it has ended.
    /// </summary>
    Lingers = 0x40,
}
