using Spectre.Console;

namespace WinApi.Client.Command.Output.Windows;

/// <param name="SecretBase64">The secret, in base64.</param>
internal sealed record SecretResult(string SecretBase64) : CommandResult
{
    // The bytes themselves: a secret is not always text.
    public override void Show(IAnsiConsole console)
    {
        using var output = Console.OpenStandardOutput();
        output.Write(Convert.FromBase64String(SecretBase64));
    }
}
