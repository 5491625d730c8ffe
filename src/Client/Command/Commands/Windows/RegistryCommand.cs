using System.CommandLine;
using WinApi.Client.Command.CommandLine;
using WinApi.Client.Command.Output;
using WinApi.Client.Command.Output.Windows;
using WinApi.V1;

namespace WinApi.Client.Command.Commands.Windows;

/// <summary><c>winapi registry get|list</c>.</summary>
internal static class RegistryCommand
{
    public static System.CommandLine.Command Build(GlobalOptions globals) => new("registry", "Read the registry of Windows.")
    {
        BuildGet(globals), BuildList(globals),
    };

    private static System.CommandLine.Command BuildGet(GlobalOptions globals)
    {
        var key = NewKey();
        var name = new Argument<string>("NAME")
        {
            Description = "The value; without it the default value of the key.",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => string.Empty,
        };
        var command = new System.CommandLine.Command("get", "Print a value of a key.") { key, name };
        command.SetAction((parsed, interrupted) => CommandRun.RunAsync(globals, parsed, CommandNeeds.ShortCall, async context =>
        {
            var request = new GetRegistryValueRequest { Key = parsed.GetRequiredValue(key), Name = parsed.GetValue(name) };
            return RegistryValueResult.Of(await context.Client.Registry.GetValueAsync(request, context.CallOptions));
        }, interrupted));
        return command;
    }

    private static System.CommandLine.Command BuildList(GlobalOptions globals)
    {
        var key = NewKey();
        var command = new System.CommandLine.Command("list", "Print the keys below a key, then its values.") { key };
        command.SetAction((parsed, interrupted) => CommandRun.RunAsync(
            globals, parsed, CommandNeeds.ShortCall, context => ListAsync(context, parsed.GetRequiredValue(key)), interrupted));
        return command;
    }

    private static async Task<CommandResult> ListAsync(CommandContext context, string key)
    {
        using var call = context.Client.Registry.List(new ListRegistryRequest { Key = key }, context.CallOptions);
        List<string> keys = [];
        List<RegistryValueResult> values = [];
        while (await call.ResponseStream.MoveNext(context.CancellationToken))
        {
            var entry = call.ResponseStream.Current;
            if (entry.EntryCase == RegistryEntry.EntryOneofCase.Key)
            {
                keys.Add(entry.Key);
            }
            else
            {
                values.Add(RegistryValueResult.Of(entry.Value));
            }
        }

        return new RegistryListResult(keys, values);
    }

    private static Argument<string> NewKey() => new("KEY") { Description = @"Such as HKLM\SOFTWARE\Microsoft; quote it for the shell." };
}
