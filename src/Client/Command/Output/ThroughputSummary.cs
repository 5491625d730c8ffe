namespace WinApi.Client.Command.Output;

/// <summary>Bytes moved and the time it took; MB/s are 1,000,000 bytes a second.</summary>
internal sealed record ThroughputSummary(long Bytes, long ElapsedNs, double MbPerSecond)
{
    public static ThroughputSummary Of(long bytes, TimeSpan elapsed) =>
        new(bytes, (long)elapsed.TotalNanoseconds, bytes / 1e6 / elapsed.TotalSeconds);
}
