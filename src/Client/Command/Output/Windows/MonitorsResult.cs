using Spectre.Console;

namespace WinApi.Client.Command.Output.Windows;

/// <param name="Monitors">In the order of Windows.</param>
internal sealed record MonitorsResult(IReadOnlyList<MonitorResult> Monitors) : CommandResult
{
    public override void Show(IAnsiConsole console)
    {
        foreach (var monitor in Monitors)
        {
            Console.Out.WriteLine(monitor);
        }
    }
}
