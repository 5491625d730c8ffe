using Spectre.Console;

namespace WinApi.Client.Command.Output;

/// <summary>What a command found out: its properties are the JSON, <see cref="Show"/> is for people.</summary>
internal abstract record CommandResult
{
    public abstract void Show(IAnsiConsole console);
}
