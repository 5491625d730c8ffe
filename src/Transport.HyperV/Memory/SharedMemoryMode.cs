namespace WinApi.Transport.HyperV;

/// <summary>Whether a connection may share memory with its peer.</summary>
public enum SharedMemoryMode
{
    /// <summary>Where both sides can, and only after it is proved that they see the same bytes.</summary>
    Auto,

    /// <summary>Never: all bytes travel inline. Every call works the same, only slower for bulk.</summary>
    None,

    /// <summary>Only a sealed memfd, over a Unix socket on Linux.</summary>
    Memfd,

    /// <summary>Only WSLg's DAX window: made by a client in WSL2, opened by a host on Windows.</summary>
    WslgDax,

    /// <summary>Only the file that both sides are given a path to (<c>WINAPI_SHARED_MEM</c>).</summary>
    File,
}
