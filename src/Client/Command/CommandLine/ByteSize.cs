using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace WinApi.Client.Command.CommandLine;

/// <summary>A number of bytes as people write it: 1MiB, 100MB, 4KiB, 4096.</summary>
internal readonly record struct ByteSize(long Bytes)
{
    private static readonly (string Suffix, long Factor)[] Units =
    [
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000),
        ("B", 1), ("", 1),
    ];

    public static bool TryParse(string text, out ByteSize size, [NotNullWhen(false)] out string? error)
    {
        size = default;
        error = $"'{text}' is not a size; write a whole number of bytes, or one with a unit: 4KiB, 1MiB, 100MB, 2GiB";
        var unit = Array.Find(Units, unit => text.EndsWith(unit.Suffix, StringComparison.OrdinalIgnoreCase));
        var number = text[..^unit.Suffix.Length].TrimEnd();
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count > long.MaxValue / unit.Factor)
        {
            return false;
        }

        size = new ByteSize(count * unit.Factor);
        error = null;
        return true;
    }

    /// <summary>In the largest binary unit that it fills.</summary>
    public override string ToString()
    {
        foreach (var (suffix, factor) in Units[..4])
        {
            if (Bytes >= factor)
            {
                return $"{((double)Bytes / factor).ToString("0.##", CultureInfo.InvariantCulture)} {suffix}";
            }
        }

        return $"{Bytes} bytes";
    }
}
