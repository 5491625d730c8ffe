using Spectre.Console;

namespace WinApi.Client.Command.Output;

/// <param name="Text">What came back.</param>
/// <param name="RoundTripNs">The time of the call, the first of its process, in nanoseconds.</param>
/// <param name="Connection">Over what.</param>
internal sealed record EchoResult(string Text, long RoundTripNs, ConnectionSummary Connection) : CommandResult
{
    // The text alone and unchanged, as echo(1) does: markup and line folding have no place in it.
    public override void Show(IAnsiConsole console) => Console.Out.WriteLine(Text);
}
