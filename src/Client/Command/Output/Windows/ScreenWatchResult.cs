using System.Globalization;
using Spectre.Console;

namespace WinApi.Client.Command.Output.Windows;

/// <param name="Frames">How many came.</param>
/// <param name="Bytes">Of all of them.</param>
/// <param name="Seconds">From the call to its end.</param>
internal sealed record ScreenWatchResult(long Frames, long Bytes, double Seconds) : CommandResult
{
    public double FramesPerSecond => Frames / Seconds;

    public override void Show(IAnsiConsole console) => Console.Out.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{Frames} frames in {Seconds:F2} s: {FramesPerSecond:F1} frames/s, {Bytes / Seconds / 1e6:F0} MB/s"));
}
