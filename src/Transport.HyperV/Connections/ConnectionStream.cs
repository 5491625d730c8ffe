using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>What a connection knows of a call: the frames that bear its number go to it, in order, one at a time.</summary>
internal abstract class ConnectionStream
{
    /// <summary>The number of the stream; 0 until the connection has taken it up.</summary>
    public uint StreamId { get; set; }

    /// <summary>Whether nothing more is waited for.</summary>
    public abstract bool HasEnded { get; }

    /// <summary>Whether its caller reads the connection by itself while it waits.</summary>
    public bool IsReadByCaller { get; set; }

    /// <summary>A frame of this stream, on the thread that reads the connection: must not wait.</summary>
    /// <exception cref="ProtocolViolationException">Ends the connection.</exception>
    public abstract void OnFrame(FrameReader frame);

    /// <summary>The connection has ended. Called once, on any thread; no frame follows.</summary>
    public abstract void OnDisconnected(Disconnection disconnection);
}
