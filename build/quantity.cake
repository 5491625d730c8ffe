using System.Globalization;
using System.Text.Json;

/// Measured quantities in the unit that reads best.
static class Quantity
{
    public static string Time(JsonElement nanoseconds) => Time(nanoseconds.GetDouble());

    public static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e6 => Number(nanoseconds / 1e3, "0.0", "µs"),
        < 1e9 => Number(nanoseconds / 1e6, "0.0", "ms"),
        _ => Number(nanoseconds / 1e9, "0.0", "s"),
    };

    public static string Bytes(JsonElement bytes) => bytes.GetInt64() switch
    {
        var count when count >= 1 << 20 => Number(count / (double)(1 << 20), "0.##", "MiB"),
        var count => Number(count, "0", "bytes"),
    };

    /// Megabytes (1,000,000 bytes) a second.
    public static string Rate(JsonElement megabytesPerSecond) =>
        Number(megabytesPerSecond.GetDouble(), "#,##0", "MB/s");

    private static string Number(double value, string format, string unit) =>
        value.ToString(format, CultureInfo.InvariantCulture) + " " + unit;
}
