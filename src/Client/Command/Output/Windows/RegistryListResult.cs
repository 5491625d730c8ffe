using Spectre.Console;

namespace WinApi.Client.Command.Output.Windows;

/// <param name="Keys">The names of the keys below.</param>
/// <param name="Values">The values.</param>
internal sealed record RegistryListResult(IReadOnlyList<string> Keys, IReadOnlyList<RegistryValueResult> Values) : CommandResult
{
    public override void Show(IAnsiConsole console)
    {
        foreach (var key in Keys)
        {
            Console.Out.WriteLine($"{key}\\");
        }

        foreach (var value in Values)
        {
            Console.Out.WriteLine($"{(value.Name.Length == 0 ? "(default)" : value.Name)} = {value.Data.ReplaceLineEndings("\\n")}");
        }
    }
}
