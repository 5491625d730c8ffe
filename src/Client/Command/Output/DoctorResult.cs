using Spectre.Console;

namespace WinApi.Client.Command.Output;

/// <param name="Endpoint">What was examined.</param>
/// <param name="Ok">Whether nothing failed.</param>
/// <param name="Checks">The layers, from the lowest up.</param>
internal sealed record DoctorResult(string Endpoint, bool Ok, IReadOnlyList<CheckResult> Checks) : CommandResult
{
    // The lines of the checks are on the terminal already: each is shown when it is known.
    public override void Show(IAnsiConsole console) => Console.Out.WriteLine(
        Ok ? $"{Endpoint} works." : $"{Endpoint} does not work: see {Checks.First(check => check.State == CheckState.Failed).Name}.");
}
