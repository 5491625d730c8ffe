using System.CommandLine;

namespace WinApi.Server.Hosting;

/// <summary>The command line of the host.</summary>
internal static class HostCommand
{
    /// <summary>Runs the host until it is told to stop. Returns the exit code (<see cref="ExitCode"/>).</summary>
    public static async Task<int> RunAsync(HostProgram program, string[] args)
    {
        var options = HostSettings.All.ToDictionary(setting => setting.Name, NewOption);
        var command = new RootCommand(
            "The WinAPI host: carries typed calls of programs on this machine to the services registered in it. "
            + "Settings come from appsettings.json beside the program (section WinAPI), then the environment, then "
            + "the command line. It prints 'listening on URI' when it is ready and stops at Ctrl-C or SIGTERM. "
            + "Exit codes: 0 stopped as asked, 1 could not run, 2 bad usage."
            + program.Help);
        foreach (var option in options.Values)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, _) => HostProcess.RunAsync(program, Values(parsed, options)));

        // A value may begin with '@', which else would name a file of further arguments.
        var parsed = command.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            return Refuse(program, LogFileOf(program, parsed, options), Problem(parsed));
        }

        try
        {
            // Signals are the host's own to handle: it lets running calls finish.
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (SettingException e)
        {
            return Refuse(program, LogFileOf(program, parsed, options), e.Message);
        }
    }

    private static Option<string[]> NewOption(HostSetting setting) => new(setting.OptionName)
    {
        Description = setting.EnvironmentVariable is null
            ? setting.Description
            : $"{setting.Description} ({setting.EnvironmentVariable})",
        HelpName = setting.ValueName,
        Arity = ArgumentArity.OneOrMore,
    };

    private static Dictionary<string, string> Values(
        ParseResult parsed, Dictionary<string, Option<string[]>> options)
    {
        var values = new Dictionary<string, string>();
        foreach (var (name, option) in options)
        {
            if (parsed.GetValue(option) is { Length: > 0 } given)
            {
                if (given.Length > 1 && name is not (HostSettings.Endpoint or HostSettings.Allow))
                {
                    throw new SettingException($"{option.Name} is given {given.Length} times");
                }

                values[name] = string.Join(';', given);
            }
        }

        return values;
    }

    private static string Problem(ParseResult parsed) => parsed.UnmatchedTokens switch
    {
        [] => parsed.Errors[0].Message,
        [var token, ..] => $"unknown option or argument '{token}'",
    };

    // The settings file is not asked: it may be what is wrong.
    private static string? LogFileOf(
        HostProgram program, ParseResult parsed, Dictionary<string, Option<string[]>> options) =>
        (parsed.Errors.Count == 0 ? parsed.GetValue(options[HostSettings.LogFile])?.LastOrDefault() : null)
        ?? HostConfiguration.FromEnvironment(Environment.GetEnvironmentVariable).GetValueOrDefault(HostSettings.LogFile)
        ?? program.LogFile;

    private static int Refuse(HostProgram program, string? logFile, string problem)
    {
        StartFailure.Refuse(program, logFile, $"{problem.TrimEnd('.')}; see {program.Name} --help");
        return ExitCode.BadUsage;
    }
}
