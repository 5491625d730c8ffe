namespace WinApi.Benchmarks.Hosts;

/// <summary>What a host process serves.</summary>
internal enum HostKind
{
    RawAsync,
    RawBlocking,
    RawPolling,
    RawStream,
    SpinningMemory,
    AspNetCore,
    StreamJsonRpc,

    /// <summary>Ours, on a Unix socket and on loopback TCP.</summary>
    Transport,

    /// <summary>The same, with a file that clients may share.</summary>
    TransportWithFile,
}
