using Spectre.Console;

namespace WinApi.Client.Command.Output.Windows;

/// <param name="File">What was written.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
internal sealed record ClipboardImageResult(string File, uint Width, uint Height) : CommandResult
{
    public override void Show(IAnsiConsole console) => Console.Out.WriteLine($"{File}: {Width} x {Height} pixels");
}
