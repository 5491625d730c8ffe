using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace WinApi.Benchmarks.Reports;

/// <summary>
/// Compares a row with another of the same payload, by medians: on a noisy machine a single slow iteration moves a mean
/// a long way.
/// </summary>
internal sealed class MedianRatioColumn : IColumn
{
    public const string PeerCategory = "peer";

    private readonly Func<BenchmarkCase, bool> _isReference;
    private readonly Func<double, double, double> _ratio;

    private MedianRatioColumn(
        string name, string legend, Func<BenchmarkCase, bool> isReference, Func<double, double, double> ratio)
    {
        ColumnName = name;
        Legend = legend;
        _isReference = isReference;
        _ratio = ratio;
    }

    public static MedianRatioColumn TimesFloor { get; } = new(
        "Times floor",
        "Median of this row / median of 'raw Unix socket, async' with the same payload",
        benchmark => benchmark.Descriptor.Baseline,
        (row, floor) => row / floor);

    public static MedianRatioColumn FasterThanPeer { get; } = new(
        "Faster than gRPC",
        "Median of 'Grpc.AspNetCore' (async) with the same payload / median of this row",
        benchmark => benchmark.Descriptor.HasCategory(PeerCategory),
        (row, peer) => peer / row);

    public string Id => $"{nameof(MedianRatioColumn)}.{ColumnName}";

    public string ColumnName { get; }

    public string Legend { get; }

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Baseline;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        string? group = summary.GetLogicalGroupKey(benchmarkCase);
        BenchmarkCase? reference = summary.BenchmarksCases.FirstOrDefault(other =>
            _isReference(other) && summary.GetLogicalGroupKey(other) == group);

        return MedianOf(summary, benchmarkCase) is { } row && MedianOf(summary, reference) is { } referenceMedian
            ? _ratio(row, referenceMedian).ToString("0.00x", CultureInfo.InvariantCulture)
            : "-";
    }

    private static double? MedianOf(Summary summary, BenchmarkCase? benchmarkCase) =>
        benchmarkCase is null ? null : summary[benchmarkCase]?.ResultStatistics?.Median;
}
