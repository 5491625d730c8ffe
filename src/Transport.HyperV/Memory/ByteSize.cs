using System.Globalization;

namespace WinApi.Transport.HyperV;

/// <summary>Reads sizes as people write them: 4096, 64KiB, 8MiB, 100MB, 1GiB.</summary>
public static class ByteSize
{
    private static readonly (string Unit, long Bytes)[] s_units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1),
    ];

    /// <summary>Reads a size in bytes; false if the text is not one, or does not fit 63 bits. Units in any case.</summary>
    public static bool TryParse(string? text, out long bytes)
    {
        bytes = 0;
        text = text?.Trim() ?? string.Empty;
        var unit = 1L;
        foreach (var (name, factor) in s_units)
        {
            if (text.EndsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                text = text[..^name.Length].TrimEnd();
                unit = factor;
                break;
            }
        }

        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number > long.MaxValue / unit)
        {
            return false;
        }

        bytes = (long)(number * unit);
        return true;
    }
}
