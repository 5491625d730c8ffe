namespace WinApi.Client.Command.Output;

/// <summary>Round-trip times, in nanoseconds.</summary>
internal sealed record LatencySummary(
    long Iterations, double MinNs, double AvgNs, double P50Ns, double P99Ns, double MaxNs);
