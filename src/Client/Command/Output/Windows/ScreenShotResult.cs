using System.Globalization;
using Spectre.Console;

namespace WinApi.Client.Command.Output.Windows;

/// <param name="File">What was written.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="CaptureUs">How long the call took, without the file, in microseconds.</param>
internal sealed record ScreenShotResult(string File, uint Width, uint Height, long CaptureUs) : CommandResult
{
    public override void Show(IAnsiConsole console) => Console.Out.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{File}: {Width} x {Height} pixels, captured in {CaptureUs / 1000.0:F1} ms"));
}
