namespace WinApi.Transport.HyperV;

/// <summary>Whether a connection may share memory with its peer.</summary>
public enum SharedMemoryMode
{
    /// <summary>Where both sides can, and only after it is proved that they see the same bytes.</summary>
    Auto,

    /// <summary>Never: all bytes travel inline. Every call works the same, only slower for bulk.</summary>
    None,
}
