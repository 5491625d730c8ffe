namespace WinApi.Benchmarks.Rounds;

/// <summary>What one row did in one round.</summary>
internal sealed record Sample
{
    public required long Operations { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Processor time of the client's process, in seconds.</summary>
    public required double ClientCpuSeconds { get; init; }

    /// <summary>Processor time of the host's process, in seconds; 0 where there is none.</summary>
    public required double HostCpuSeconds { get; init; }

    public required long ClientAllocatedBytes { get; init; }

    public required long HostAllocatedBytes { get; init; }

    /// <summary>Pairs of a time in nanoseconds and how many single calls took it, ascending; empty for streams.</summary>
    public required IReadOnlyList<long[]> Latencies { get; init; }
}
