using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Workloads;

namespace WinApi.Benchmarks.Rows;

/// <summary>One thing that a suite measures, in rounds with the other rows of its group.</summary>
internal sealed record Row
{
    private const string Namespace = "WinApi.Benchmarks";

    public required string Suite { get; init; }

    /// <summary>Rows of one group are measured in the same minutes, and compared.</summary>
    public required string Group { get; init; }

    /// <summary>The last part of its full name; within a suite, rows of the same key are one series.</summary>
    public required string Key { get; init; }

    /// <summary>What reports call it.</summary>
    public required string Label { get; init; }

    public required PayloadSize Payload { get; init; }

    /// <summary>The host that its calls go to; null where all of it happens in the client's process.</summary>
    public HostKind? Host { get; init; }

    /// <summary>How many of its calls are under way at once.</summary>
    public int InFlight { get; init; } = 1;

    /// <summary>The key of the row of its group that is the least that it could cost; null where there is none.</summary>
    public string? Floor { get; init; }

    /// <summary>Connects.</summary>
    public required Func<HostSet, IWorkload> Open { get; init; }

    /// <summary>What --filter matches and --list prints.</summary>
    public string FullName => $"{Namespace}.{Suite}.{Group.Replace(" ", "", StringComparison.Ordinal)}.{Key}";
}
