using Spectre.Console;

namespace WinApi.Client.Command.Output.Windows;

/// <param name="Text">What is on the clipboard.</param>
internal sealed record ClipboardTextResult(string Text) : CommandResult
{
    // As it is: what goes into a file or a pipe must be what was copied.
    public override void Show(IAnsiConsole console) => Console.Out.Write(Text);
}
