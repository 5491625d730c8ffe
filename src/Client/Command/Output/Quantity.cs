using System.Globalization;

namespace WinApi.Client.Command.Output;

/// <summary>Measured quantities in the unit that reads best.</summary>
internal static class Quantity
{
    public static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e6 => Number(nanoseconds / 1e3, "0.0", "µs"),
        < 1e9 => Number(nanoseconds / 1e6, "0.00", "ms"),
        _ => Number(nanoseconds / 1e9, "0.00", "s"),
    };

    /// <summary>Megabytes (1,000,000 bytes) a second.</summary>
    public static string Rate(double megabytesPerSecond) => Number(megabytesPerSecond, "#,##0", "MB/s");

    public static string Count(long count) => count.ToString("#,##0", CultureInfo.InvariantCulture);

    private static string Number(double value, string format, string unit) =>
        value.ToString(format, CultureInfo.InvariantCulture) + " " + unit;
}
