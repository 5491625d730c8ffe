using WinApi.Benchmarks.Hosts;
using WinApi.Transport.HyperV;

namespace WinApi.Benchmarks.Peers;

/// <summary>One way to connect to our transport.</summary>
/// <param name="Key">Its part of the name of a row.</param>
/// <param name="Name">What reports call it.</param>
/// <param name="Memory">How memory is shared.</param>
/// <param name="Rings">Frames travel in rings in the shared memory; else through the socket.</param>
/// <param name="Tcp">Over loopback TCP; else over a Unix socket.</param>
internal sealed record TransportSetup(string Key, string Name, SharedMemoryMode Memory, bool Rings = false, bool Tcp = false)
{
    public static TransportSetup Memfd { get; } = new("Memfd", "memfd, unix", SharedMemoryMode.Memfd);

    public static TransportSetup MemfdRings { get; } =
        new("MemfdRings", "memfd, unix, rings", SharedMemoryMode.Memfd, Rings: true);

    public static TransportSetup File { get; } = new("FileTcp", "file, tcp", SharedMemoryMode.File, Tcp: true);

    public static TransportSetup FileRings { get; } =
        new("FileTcpRings", "file, tcp, rings", SharedMemoryMode.File, Rings: true, Tcp: true);

    public static TransportSetup InlineUnix { get; } = new("InlineUnix", "no memory, unix", SharedMemoryMode.None);

    public static TransportSetup InlineTcp { get; } = new("InlineTcp", "no memory, tcp", SharedMemoryMode.None, Tcp: true);

    /// <summary>The usual connection, with frames through the socket, and with frames in rings.</summary>
    public static IReadOnlyList<TransportSetup> Usual { get; } = [Memfd, MemfdRings];

    /// <summary>Every kind of memory and socket that this machine has.</summary>
    public static IReadOnlyList<TransportSetup> All { get; } = [.. Usual, File, FileRings, InlineUnix, InlineTcp];

    public HostKind Host => Memory == SharedMemoryMode.File ? HostKind.TransportWithFile : HostKind.Transport;

    /// <summary>What <see cref="ConnectionInfo.Memory"/> must say, or these would be figures of something else.</summary>
    public string ExpectedMemory => Memory switch
    {
        SharedMemoryMode.Memfd => "memfd",
        SharedMemoryMode.File => "file",
        _ => "none",
    };
}
