using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace WinApi.Client.Command.CommandLine;

/// <summary>Reads a length of time as people write it: 500ms, 5s, 2m, 5 (seconds).</summary>
internal static class Duration
{
    private static readonly (string Suffix, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("", 1)];

    // The longest that a timer takes.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    public static bool TryParse(string text, out TimeSpan duration, [NotNullWhen(false)] out string? error)
    {
        duration = default;
        error = $"'{text}' is not a length of time; write one over 0 and up to 24 days like 500ms, 5s or 2m";
        var unit = Array.Find(Units, unit => text.EndsWith(unit.Suffix, StringComparison.OrdinalIgnoreCase));
        var number = text[..^unit.Suffix.Length];
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            || count * unit.Seconds > Longest.TotalSeconds
            || count * unit.Seconds < 0.001)
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(count * unit.Seconds);
        error = null;
        return true;
    }
}
