using Spectre.Console;

namespace WinApi.Client.Command.Output.Windows;

/// <param name="Protected">In base64.</param>
internal sealed record ProtectedSecretResult(string Protected) : CommandResult
{
    public override void Show(IAnsiConsole console) => Console.Out.WriteLine(Protected);
}
