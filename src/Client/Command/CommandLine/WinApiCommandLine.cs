using System.CommandLine;
using WinApi.Client.Command.Commands;
using WinApi.Client.Command.Commands.Windows;
using WinApi.Client.Command.Output;

namespace WinApi.Client.Command.CommandLine;

/// <summary>The <c>winapi</c> command with all that it can do.</summary>
internal static class WinApiCommandLine
{
    /// <summary>Parses and runs. Returns the exit code (<see cref="ExitCode"/>).</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        // A text to echo may begin with '@', which else would name a file of further arguments.
        var parsed = Build().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            CommandOutput.Create(json: args.Contains(GlobalOptions.JsonName))
                .ShowBadUsage($"{Problem(parsed)}; see {Path(parsed.CommandResult.Command)} --help");
            return ExitCode.BadUsage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static RootCommand Build()
    {
        var root = new RootCommand("Talks to the WinAPI host.");
        var globals = new GlobalOptions();
        globals.AddTo(root);
        root.Subcommands.Add(StatusCommand.Build(globals));
        root.Subcommands.Add(DoctorCommand.Build(globals));
        root.Subcommands.Add(EchoCommand.Build(globals));
        root.Subcommands.Add(BufferCommand.Build(globals));
        root.Subcommands.Add(PerfCommand.Build(globals));
        root.Subcommands.Add(ClipCommand.Build(globals));
        root.Subcommands.Add(SecretCommand.Build(globals));
        root.Subcommands.Add(ScreenCommand.Build(globals));
        root.Subcommands.Add(RegistryCommand.Build(globals));

        HelpWithExitCodes.AddTo(root);
        return root;
    }

    private static string Problem(ParseResult parsed) => parsed.UnmatchedTokens switch
    {
        [] => parsed.Errors[0].Message.TrimEnd('.'),
        [var token, ..] => $"unknown command, option or argument '{token}'",
    };

    private static string Path(System.CommandLine.Command command) =>
        command.Parents.OfType<System.CommandLine.Command>().FirstOrDefault() is { } parent
            ? $"{Path(parent)} {command.Name}"
            : "winapi";
}
