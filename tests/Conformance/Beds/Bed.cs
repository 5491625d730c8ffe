namespace WinApi.Conformance.Tests;

/// <summary>What the suite runs over: an endpoint and a way for bulk bytes.</summary>
public sealed class Bed
{
    /// <summary>A Unix socket, a memfd and rings in it for the frames; Linux alone.</summary>
    public static readonly Bed UnixRings = new(unix: true, sharesMemory: true);

    /// <summary>A Unix socket and a memfd, all frames through the socket; Linux alone.</summary>
    public static readonly Bed UnixMemfd = new(unix: true, sharesMemory: true, usesRings: false);

    /// <summary>A Unix socket, all bytes through it.</summary>
    public static readonly Bed UnixInline = new(unix: true, sharesMemory: false);

    /// <summary>Loopback TCP, which has no memory to share: all bytes through it.</summary>
    public static readonly Bed TcpInline = new(unix: false, sharesMemory: false);

    /// <summary>Loopback TCP between two who know a token, memory in a file that both have a path to, and rings in it.</summary>
    public static readonly Bed TcpFile = new(unix: false, sharesMemory: true);

    private Bed(bool unix, bool sharesMemory, bool usesRings = true)
    {
        Unix = unix;
        SharesMemory = sharesMemory;
        UsesRings = sharesMemory && usesRings;
    }

    public bool Unix { get; }

    public bool SharesMemory { get; }

    /// <summary>Whether frames travel in the shared memory too.</summary>
    public bool UsesRings { get; }

    /// <summary>Whether the host knows who its client is: by the socket, or by the token.</summary>
    public bool ProvesItsUser => Unix ? OperatingSystem.IsLinux() : SharesMemory;

    /// <summary>How a connection says that memory is shared.</summary>
    public string MemoryKind => !SharesMemory ? "none" : Unix ? "memfd" : "file";

    /// <summary>Where nothing can be shared over TCP, memory is asked for all the same.</summary>
    public SharedMemoryMode Memory => SharesMemory || !Unix ? SharedMemoryMode.Auto : SharedMemoryMode.None;

    public bool Runs => !SharesMemory || OperatingSystem.IsLinux();

    /// <summary>The file that both sides are given; null where the bed has none.</summary>
    public string? NewMemoryFile() => SharesMemory && !Unix ? $"/dev/shm/winapi-{Guid.NewGuid():N}" : null;

    /// <summary>The token file that both sides are given; null where the bed has none.</summary>
    public string? NewTokenFile(string folder) => SharesMemory && !Unix ? Path.Combine(folder, "token") : null;

    /// <summary>An endpoint that nothing listens on.</summary>
    public TransportEndpoint NewEndpoint(string folder, int port) =>
        TransportEndpoint.Parse(Unix ? $"unix://{Path.Combine(folder, "host.sock")}" : $"tcp://127.0.0.1:{port}");
}
