using System.Globalization;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Rounds;
using WinApi.Benchmarks.Rows;

namespace WinApi.Benchmarks.Reports;

/// <summary>The charts of a run: those whose rows were run.</summary>
internal static class Charts
{
    private const double NanosecondsInAMicrosecond = 1000;
    private const int BinsInADecade = 20;

    private static readonly (double Value, string Label)[] PercentileTicks =
        [(1, "0 %"), (2, "50 %"), (10, "90 %"), (100, "99 %"), (1000, "99.9 %"), (10_000, "99.99 %")];

    /// <summary>File names, titles and the charts as SVG.</summary>
    public static IEnumerable<(string File, string Title, string Svg)> Of(RunResults results)
    {
        RowResult[] latencies = [.. results.Of(LatencyRows.Name).Where(row => row.All.Count > 0)];
        if (latencies.Length > 0)
        {
            yield return ("latency-percentiles.svg", "Latency by percentile", Percentiles(latencies));
            yield return ("latency-histogram.svg", "Histogram of latencies", Histogram(latencies));
        }

        RowResult[] throughput = [.. results.Of(ThroughputRows.Name)];
        if (throughput.Length > 0)
        {
            yield return ("throughput.svg", "Throughput by calls in flight", Throughput(throughput));
        }

        RowResult[] ladder = [.. results.Of(LadderRows.Name)];
        if (ladder.Length > 0)
        {
            yield return ("payload-ladder.svg", "Payload ladder", Ladder(ladder));
        }
    }

    private static string Percentiles(IReadOnlyList<RowResult> rows)
    {
        var chart = new LineChart(
            "Single calls, 64 B: so many percent take no longer",
            new Axis("percentile", PercentileTicks, IsLogarithmic: true),
            Axis.OfDecades("time", [.. rows.SelectMany(row => Curve(row.All)).Select(point => point.Y)], Figures.Tick));
        foreach (RowResult row in rows)
        {
            chart.Add(row.Row.Label, Curve(row.All));
        }

        return chart.ToString();
    }

    // Equal distances on the axis are equal factors of the share of calls that take longer.
    private static IEnumerable<(double X, double Y)> Curve(Distribution calls)
    {
        for (double longer = 1; longer <= PercentileTicks[^1].Value && longer <= calls.Count; longer *= 1.1)
        {
            yield return (longer, Math.Max(1, calls.Percentile(100 * (1 - 1 / longer))) / NanosecondsInAMicrosecond);
        }
    }

    private static string Histogram(IReadOnlyList<RowResult> rows)
    {
        (RowResult Row, (double X, double Y)[] Bins)[] histograms = [.. rows.Select(row => (row, Bins(row.All)))];
        var chart = new LineChart(
            $"Single calls, 64 B: share of calls in each {BinsInADecade}th of a decade",
            Axis.OfDecades("time", [.. histograms.SelectMany(row => row.Bins).Select(bin => bin.X)], Figures.Tick),
            Axis.Linear("share", 100, 5, percent => percent.ToString("0 '%'", CultureInfo.InvariantCulture)));
        foreach ((RowResult row, (double X, double Y)[] bins) in histograms)
        {
            chart.Add(row.Row.Label, bins);
        }

        return chart.ToString();
    }

    private static (double X, double Y)[] Bins(Distribution calls)
    {
        var shares = new SortedDictionary<int, double>();
        foreach ((long time, long count) in calls.Counts)
        {
            int bin = (int)Math.Floor(Math.Log10(time / NanosecondsInAMicrosecond) * BinsInADecade);
            shares[bin] = shares.GetValueOrDefault(bin) + 100.0 * count / calls.Count;
        }

        // The empty bins count too: a line between two peaks would tell of calls that were not there.
        int first = shares.Keys.First(), last = shares.Keys.Last();
        return
        [
            .. Enumerable.Range(first - 1, last - first + 3)
                .Select(bin => (Math.Pow(10, (bin + 0.5) / BinsInADecade), shares.GetValueOrDefault(bin))),
        ];
    }

    private static string Throughput(IReadOnlyList<RowResult> rows)
    {
        (double, string)[] levels =
            [.. rows.Select(row => row.Row.InFlight).Distinct().Order().Select(level => ((double)level, $"{level}"))];
        var chart = new LineChart(
            "64 B calls a second on one connection",
            new Axis("calls in flight", levels.Length > 1 ? levels : [(1, "1"), (64, "64")], IsLogarithmic: true),
            Axis.OfDecades("calls/s", [.. rows.Select(row => row.OperationsPerSecond)], Figures.Rate));
        foreach (IGrouping<string, RowResult> series in rows.GroupBy(row => row.Row.Label))
        {
            chart.Add(series.Key, series.Select(row => ((double)row.Row.InFlight, row.OperationsPerSecond)));
        }

        return chart.ToString();
    }

    private static string Ladder(IReadOnlyList<RowResult> rows)
    {
        var chart = new LineChart(
            "One call, as many bytes there as back: p50",
            new Axis("payload", [.. PayloadSize.Ladder.Select(payload => ((double)payload.Bytes, payload.ToString()))], IsLogarithmic: true),
            Axis.OfDecades("time", [.. rows.Select(row => row.P50)], Figures.Tick));
        foreach (IGrouping<string, RowResult> series in rows.GroupBy(row => row.Row.Label))
        {
            chart.Add(series.Key, series.Select(row => ((double)row.Row.Payload.Bytes, row.P50)));
        }

        return chart.ToString();
    }
}
