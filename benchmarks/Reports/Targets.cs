using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.NativeClient;
using WinApi.Benchmarks.Peers;
using WinApi.Benchmarks.Rounds;
using WinApi.Benchmarks.Rows;

namespace WinApi.Benchmarks.Reports;

/// <summary>What the project wants to reach, computed from the rows of one run alone.</summary>
internal sealed class Targets(RunResults results)
{
    private const string Socket = "socket";
    private const string Rings = "rings";

    private const int ManyInFlight = 64;

    private static readonly TransportSetup OnSocket = TransportSetup.Memfd;
    private static readonly TransportSetup OnRings = TransportSetup.MemfdRings;

    public IReadOnlyList<Target> All =>
    [
        .. Latency(), .. Throughput(), .. Bulk(), .. Streaming(), Allocation(), .. OfRings(),
    ];

    public string Table
    {
        get
        {
            var table = new MarkdownTable("target", "path", "wanted", "measured", "outcome");
            foreach (Target target in All)
            {
                string measured = target.Measured is { } figure ? target.Show(figure) : Figures.Missing;
                table.Add(target.What, target.Path, target.Wanted, measured, target.Outcome);
            }

            return table.ToString();
        }
    }

    private IEnumerable<Target> Latency()
    {
        yield return AtMost(
            Socket, "64 B async call, p50, to the raw socket (C#, async)", 1.5,
            P50(LatencyRows.TransportAsync(OnSocket)) / P50(LatencyRows.RawAsync));
        yield return AtMost(
            Socket, "64 B blocking call, p50, to the raw socket (C#, blocking)", 1.2,
            P50(LatencyRows.TransportBlocking(OnSocket)) / P50(LatencyRows.RawBlocking));
        yield return AtMost(
            Socket, "64 B call from C, p50, to the raw socket in C", 1.2,
            Native(NativeRow.Unary, OnSocket) / Native(NativeRow.Raw, OnSocket));
    }

    private IEnumerable<Target> Throughput()
    {
        yield return AtLeast(
            Socket, "calls/s with 64 in flight, to Grpc.AspNetCore", 3,
            CallsPerSecond(OnSocket.Key) / CallsPerSecond(ThroughputRows.AspNetCore));
        yield return AtLeast(
            Socket, "calls/s with 64 in flight, to StreamJsonRpc", 1.7,
            CallsPerSecond(OnSocket.Key) / CallsPerSecond(ThroughputRows.StreamJsonRpc));
    }

    private IEnumerable<Target> Bulk()
    {
        string group = PayloadSize.OneMebibyte.ToString();
        yield return AtMost(
            Socket, "4 MiB by reference, p50, to a 64 B call", 1.1,
            P50(LatencyRows.ByReference(OnSocket)) / P50(LatencyRows.TransportAsync(OnSocket)));
        yield return AtLeast(
            Socket, "1 MiB both ways in an ordinary message, p50: faster than Grpc.AspNetCore", 15,
            results.Find(LadderRows.Name, group, LadderRows.AspNetCore)?.P50
            / results.Find(LadderRows.Name, group, LadderRows.Message(OnSocket))?.P50);
    }

    private IEnumerable<Target> Streaming()
    {
        foreach (bool down in new[] { true, false })
        {
            string group = StreamingRows.GroupOf(down, PayloadSize.Small);
            yield return new Target(
                Socket, $"messages/s of a stream {group}", 2_000_000, AtMost: false, Figures.Rate,
                results.Find(StreamingRows.Name, group, OnSocket.Key)?.OperationsPerSecond);
        }

        foreach (bool down in new[] { true, false })
        {
            string group = StreamingRows.GroupOf(down, PayloadSize.SixtyFourKibibytes);
            yield return new Target(
                Socket, $"payload of a stream {group}", 3e9, AtMost: false, Figures.GigabytesPerSecond,
                results.Find(StreamingRows.Name, group, OnSocket.Key)?.BytesPerSecond);
        }
    }

    private Target Allocation() => new(
        Socket, "allocated by a 64 B async call, client and host, beyond its messages", 600, AtMost: true, Figures.Bytes,
        Find(LatencyRows.TransportAsync(OnSocket))?.AllocatedBytes - Find(LatencyRows.Messages)?.AllocatedBytes);

    private IEnumerable<Target> OfRings()
    {
        yield return new Target(
            Rings, "64 B call from C# to C#, p50", 5, AtMost: true, Figures.Time,
            P50(LatencyRows.TransportBlocking(OnRings)));
        yield return new Target(
            Rings, "64 B async call from C# to C#, p50", 5, AtMost: true, Figures.Time,
            P50(LatencyRows.TransportAsync(OnRings)));
        yield return new Target(
            Rings, "64 B call from C to C#, p50", 2, AtMost: true, Figures.Time, Native(NativeRow.Unary, OnRings));
        yield return new Target(
            Rings, "calls/s with 64 in flight", 300_000, AtMost: false, Figures.Rate, CallsPerSecond(OnRings.Key));
    }

    private static Target AtMost(string path, string what, double bound, double? measured) =>
        new(path, what, bound, AtMost: true, Figures.Ratio, measured);

    private static Target AtLeast(string path, string what, double bound, double? measured) =>
        new(path, what, bound, AtMost: false, Figures.Ratio, measured);

    private RowResult? Find(string key) => results.Find(LatencyRows.Name, LatencyRows.Group, key);

    private double? P50(string key) => Find(key)?.P50;

    private double? CallsPerSecond(string key) =>
        results.Find(ThroughputRows.Name, ThroughputRows.GroupOf(ManyInFlight), key)?.OperationsPerSecond;

    private double? Native(string name, TransportSetup setup) => results.Native
        .FirstOrDefault(row => row.Name == name && row.Setup == setup.Name)?.P50Microseconds;
}
