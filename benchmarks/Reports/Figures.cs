using System.Globalization;

namespace WinApi.Benchmarks.Reports;

/// <summary>Figures as reports show them.</summary>
internal static class Figures
{
    public const string Missing = "-";

    private const double Thousand = 1000;
    private const double Billion = 1_000_000_000;

    public static string Time(double microseconds) => microseconds switch
    {
        < 10 => Format($"{microseconds:F2} µs"),
        < Thousand => Format($"{microseconds:F1} µs"),
        _ => Format($"{microseconds / Thousand:F2} ms"),
    };

    /// <summary>A time that is a power of ten.</summary>
    public static string Tick(double microseconds) => microseconds switch
    {
        < 1 => Format($"{microseconds * Thousand:0} ns"),
        < Thousand => Format($"{microseconds:0} µs"),
        < Thousand * Thousand => Format($"{microseconds / Thousand:0} ms"),
        _ => Format($"{microseconds / Thousand / Thousand:0} s"),
    };

    public static string Rate(double perSecond) => Format($"{perSecond:N0}");

    public static string GigabytesPerSecond(double bytesPerSecond) => Format($"{bytesPerSecond / Billion:F2} GB/s");

    public static string Bytes(double bytes) => Format($"{bytes:N0} B");

    public static string Ratio(double ratio) => Format($"{ratio:F2}x");

    public static string Ratio(double? dividend, double? divisor) =>
        dividend / divisor is { } ratio && double.IsFinite(ratio) ? Ratio(ratio) : Missing;

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
