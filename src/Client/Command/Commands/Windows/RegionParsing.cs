using System.CommandLine.Parsing;
using System.Globalization;
using WinApi.V1;

namespace WinApi.Client.Command.Commands.Windows;

/// <summary>Reads a region of the screen as it is written on the command line.</summary>
internal static class RegionParsing
{
    public static ScreenRegion? Parse(ArgumentResult result)
    {
        var numbers = result.Tokens[0].Value.Split(',');
        if (numbers.Length == 4
            && int.TryParse(numbers[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var left)
            && int.TryParse(numbers[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var top)
            && uint.TryParse(numbers[2], NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            && uint.TryParse(numbers[3], NumberStyles.None, CultureInfo.InvariantCulture, out var height))
        {
            return new ScreenRegion { Left = left, Top = top, Width = width, Height = height };
        }

        result.AddError($"--region: '{result.Tokens[0].Value}' is not LEFT,TOP,WIDTH,HEIGHT, such as 0,0,800,600");
        return null;
    }
}
