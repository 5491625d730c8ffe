using Spectre.Console;

namespace WinApi.Client.Command.Output.Windows;

/// <param name="Sequence">The number of the clipboard's contents.</param>
/// <param name="HasText">Whether there is text.</param>
/// <param name="Text">The text, if there is some.</param>
/// <param name="HasImage">Whether there is a picture.</param>
internal sealed record ClipboardChangeResult(uint Sequence, bool HasText, string Text, bool HasImage) : CommandResult
{
    public override void Show(IAnsiConsole console) =>
        Console.Out.WriteLine($"{Sequence}: {(HasText ? Text.ReplaceLineEndings("\\n") : HasImage ? "(a picture)" : "(no text)")}");
}
