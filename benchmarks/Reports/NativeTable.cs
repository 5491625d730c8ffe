using WinApi.Benchmarks.NativeClient;

namespace WinApi.Benchmarks.Reports;

/// <summary>The table of the C client.</summary>
internal static class NativeTable
{
    /// <returns>Null where it was not run.</returns>
    public static string? Of(IReadOnlyList<NativeRow> rows)
    {
        var table = new MarkdownTable("row", "connection", "p50", "p99", "operations/s", "payload", "measured", "times floor");
        foreach (NativeRow row in rows)
        {
            NativeRow? floor = rows.FirstOrDefault(other => other.Setup == row.Setup && other.Name == row.Floor);
            table.Add(
                row.Name, row.Setup,
                row.IsOfSingleCalls ? Figures.Time(row.P50Microseconds) : Figures.Missing,
                row.IsOfSingleCalls ? Figures.Time(row.P99Microseconds) : Figures.Missing,
                Figures.Rate(row.OperationsPerSecond), Figures.GigabytesPerSecond(row.BytesPerSecond),
                Figures.Rate(row.Count * row.Operations),
                Figures.Ratio(row.MicrosecondsOfEach, floor?.MicrosecondsOfEach));
        }

        return rows.Count == 0 ? null : table.ToString();
    }
}
