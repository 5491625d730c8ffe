using Spectre.Console;

namespace WinApi.Client.Command.Output.Windows;

/// <param name="Sequence">The number of the clipboard's contents.</param>
internal sealed record ClipboardSetResult(uint Sequence) : CommandResult
{
    public override void Show(IAnsiConsole console)
    {
    }
}
