namespace WinApi.Conformance.Tests;

/// <summary>What the suite runs over: an endpoint and a way for bulk bytes.</summary>
public sealed class Bed
{
    /// <summary>A Unix socket and a memfd; Linux alone.</summary>
    public static readonly Bed UnixMemfd = new(unix: true, sharesMemory: true);

    /// <summary>A Unix socket, all bytes through it.</summary>
    public static readonly Bed UnixInline = new(unix: true, sharesMemory: false);

    /// <summary>Loopback TCP, which has no memory to share: all bytes through it.</summary>
    public static readonly Bed TcpInline = new(unix: false, sharesMemory: false);

    private Bed(bool unix, bool sharesMemory)
    {
        Unix = unix;
        SharesMemory = sharesMemory;
    }

    public bool Unix { get; }

    public bool SharesMemory { get; }

    /// <summary>Over TCP memory is asked for, and is not to be had.</summary>
    public SharedMemoryMode Memory => SharesMemory || !Unix ? SharedMemoryMode.Auto : SharedMemoryMode.None;

    public bool Runs => !SharesMemory || OperatingSystem.IsLinux();

    /// <summary>An endpoint that nothing listens on.</summary>
    public TransportEndpoint NewEndpoint(string folder, int port) =>
        TransportEndpoint.Parse(Unix ? $"unix://{Path.Combine(folder, "host.sock")}" : $"tcp://127.0.0.1:{port}");
}
