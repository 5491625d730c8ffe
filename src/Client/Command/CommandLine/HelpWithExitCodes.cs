using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace WinApi.Client.Command.CommandLine;

/// <summary>The usual help, and below it what the exit codes mean.</summary>
internal sealed class HelpWithExitCodes(HelpAction usual) : SynchronousCommandLineAction
{
    /// <inheritdoc />
    public override bool ClearsParseErrors => true;

    /// <summary>Adds the exit codes to the help of a command and of all below it.</summary>
    public static void AddTo(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new HelpWithExitCodes((HelpAction)option.Action!);
    }

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = usual.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(
            """
            Exit codes:
              0    it worked
              1    the call failed, or what came back was wrong; one line on stderr says why
              2    bad usage: an unknown option or a bad value
              3    no host answered at the endpoint
              130  interrupted
            """);
        return exitCode;
    }
}
