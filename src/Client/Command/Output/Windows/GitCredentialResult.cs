using Spectre.Console;

namespace WinApi.Client.Command.Output.Windows;

/// <summary>What git reads; nothing where there is nothing to say.</summary>
/// <param name="Username">Null: none is known.</param>
/// <param name="Password">Null: none is known.</param>
internal sealed record GitCredentialResult(string? Username, string? Password) : CommandResult
{
    public override void Show(IAnsiConsole console)
    {
        if (Username is not null)
        {
            Console.Out.Write($"username={Username}\npassword={Password}\n");
        }
    }
}
