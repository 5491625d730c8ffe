using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Rounds;
using WinApi.Benchmarks.Rows;

namespace WinApi.Benchmarks.Reports;

/// <summary>The tables of the suites that run in rounds. Each returns null where none of its rows was run.</summary>
internal static class SuiteTables
{
    public static string? Latency(RunResults results) => Table(
        results, LatencyRows.Name,
        ["row", "p50", "p90", "p99", "p99.9", "longest", "times floor", "times poll floor", "faster than StreamJsonRpc",
            "faster than gRPC"],
        row =>
        [
            row.Row.Label, Figures.Time(row.P50), Figures.Time(row.Percentile(90)), Figures.Time(row.Percentile(99)),
            Figures.Time(row.Percentile(99.9)), Figures.Time(row.LongestMicroseconds),
            Figures.Ratio(row.P50, results.Beside(row, row.Row.Floor)?.P50),
            Figures.Ratio(row.P50, results.Beside(row, LatencyRows.RawPolling)?.P50),
            Figures.Ratio(results.Beside(row, LatencyRows.StreamJsonRpc)?.P50, row.P50),
            Figures.Ratio(results.Beside(row, LatencyRows.AspNetCore)?.P50, row.P50),
        ]);

    public static string? Cost(RunResults results) => Table(
        results, LatencyRows.Name,
        ["row", "CPU a call", "of that, client", "allocated a call", "of that, client", "of that, host", "CPU, times floor",
            "less CPU than gRPC", "allocates less than gRPC"],
        row =>
        [
            row.Row.Label, Figures.Time(row.CpuMicroseconds), Figures.Time(row.ClientCpuMicroseconds),
            Figures.Bytes(row.AllocatedBytes), Figures.Bytes(row.ClientAllocatedBytes), Figures.Bytes(row.HostAllocatedBytes),
            Figures.Ratio(row.CpuMicroseconds, results.Beside(row, row.Row.Floor)?.CpuMicroseconds),
            Figures.Ratio(results.Beside(row, LatencyRows.AspNetCore)?.CpuMicroseconds, row.CpuMicroseconds),
            Figures.Ratio(results.Beside(row, LatencyRows.AspNetCore)?.AllocatedBytes, row.AllocatedBytes),
        ]);

    public static string? Throughput(RunResults results) => Table(
        results, ThroughputRows.Name,
        ["row", "in flight", "calls/s", "p50", "p99", "CPU a call", "times floor's rate", "times StreamJsonRpc", "times gRPC"],
        row =>
        [
            row.Row.Label, $"{row.Row.InFlight}", Figures.Rate(row.OperationsPerSecond), Figures.Time(row.P50),
            Figures.Time(row.Percentile(99)), Figures.Time(row.CpuMicroseconds),
            Figures.Ratio(row.OperationsPerSecond, results.Beside(row, row.Row.Floor)?.OperationsPerSecond),
            Figures.Ratio(row.OperationsPerSecond, results.Beside(row, ThroughputRows.StreamJsonRpc)?.OperationsPerSecond),
            Figures.Ratio(row.OperationsPerSecond, results.Beside(row, ThroughputRows.AspNetCore)?.OperationsPerSecond),
        ]);

    public static string? Streaming(RunResults results) => Table(
        results, StreamingRows.Name,
        ["row", "stream", "messages/s", "payload", "CPU a message", "allocated a message", "times floor's rate", "times StreamJsonRpc",
            "times gRPC"],
        row =>
        [
            row.Row.Label, row.Row.Group, Figures.Rate(row.OperationsPerSecond),
            Figures.GigabytesPerSecond(row.BytesPerSecond), Figures.Time(row.CpuMicroseconds),
            Figures.Bytes(row.AllocatedBytes),
            Figures.Ratio(row.OperationsPerSecond, results.Beside(row, row.Row.Floor)?.OperationsPerSecond),
            Figures.Ratio(row.OperationsPerSecond, results.Beside(row, StreamingRows.StreamJsonRpc)?.OperationsPerSecond),
            Figures.Ratio(row.OperationsPerSecond, results.Beside(row, StreamingRows.AspNetCore)?.OperationsPerSecond),
        ]);

    public static string? Connections(RunResults results) => Table(
        results, ConnectionRows.Name,
        ["row", "p50", "p99", "CPU", "times floor", "faster than StreamJsonRpc", "faster than gRPC"],
        row =>
        [
            row.Row.Label, Figures.Time(row.P50), Figures.Time(row.Percentile(99)), Figures.Time(row.CpuMicroseconds),
            Figures.Ratio(row.P50, results.Beside(row, row.Row.Floor)?.P50),
            Figures.Ratio(results.Beside(row, ConnectionRows.StreamJsonRpc)?.P50, row.P50),
            Figures.Ratio(results.Beside(row, ConnectionRows.AspNetCore)?.P50, row.P50),
        ]);

    public static string? StartUp(RunResults results) => Table(
        results, StartUpRows.Name,
        ["row", "p50", "p99", "times the process that does nothing", "of the time compiled as it runs"],
        row =>
        [
            row.Row.Label, Figures.Time(row.P50), Figures.Time(row.Percentile(99)),
            Figures.Ratio(row.P50, results.Beside(row, row.Row.Floor)?.P50),
            Figures.Ratio(row.P50, results.Beside(row, StartUpRows.JustInTime)?.P50),
        ]);

    public static string? LadderTimes(RunResults results) => Ladder(results, row => Figures.Time(row.P50));

    public static string? LadderTimesFloor(RunResults results) =>
        Ladder(results, row => Figures.Ratio(row.P50, results.Beside(row, row.Row.Floor)?.P50));

    public static string? LadderFasterThanPeer(RunResults results) =>
        Ladder(results, row => Figures.Ratio(results.Beside(row, LadderRows.AspNetCore)?.P50, row.P50));

    private static string? Ladder(RunResults results, Func<RowResult, string> figure)
    {
        RowResult[] rows = [.. results.Of(LadderRows.Name)];
        if (rows.Length == 0)
        {
            return null;
        }

        PayloadSize[] payloads = [.. PayloadSize.Ladder.Where(payload => rows.Any(row => row.Row.Payload == payload))];
        var table = new MarkdownTable(["row", .. payloads.Select(payload => payload.ToString())]);
        foreach (IGrouping<string, RowResult> series in rows.GroupBy(row => row.Row.Label))
        {
            table.Add([series.Key, .. payloads.Select(payload =>
                series.FirstOrDefault(row => row.Row.Payload == payload) is { } row ? figure(row) : Figures.Missing)]);
        }

        return table.ToString();
    }

    private static string? Table(
        RunResults results, string suite, IReadOnlyList<string> columns, Func<RowResult, IReadOnlyList<string>> cells)
    {
        RowResult[] rows = [.. results.Of(suite)];
        var table = new MarkdownTable(columns);
        foreach (RowResult row in rows)
        {
            table.Add(cells(row));
        }

        return rows.Length == 0 ? null : table.ToString();
    }
}
