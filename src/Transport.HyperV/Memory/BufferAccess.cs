namespace WinApi.Transport.HyperV;

/// <summary>What the side that opens a lent buffer will do with it.</summary>
public enum BufferAccess
{
    /// <summary>Only read it.</summary>
    Read,

    /// <summary>Read and change it. Where no memory is shared, the changes are sent back when the call ends.</summary>
    ReadWrite,
}
