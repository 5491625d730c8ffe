namespace WinApi.Benchmarks.Hosts;

/// <summary>What a host process serves.</summary>
internal enum HostKind
{
    RawAsync,
    RawBlocking,
    AspNetCore,
    Transport,
}
