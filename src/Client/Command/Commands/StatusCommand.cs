using WinApi.Client.Command.CommandLine;
using WinApi.Client.Command.Measurements;

namespace WinApi.Client.Command.Commands;

/// <summary><c>winapi status</c>.</summary>
internal static class StatusCommand
{
    public static System.CommandLine.Command Build(GlobalOptions globals)
    {
        var command = new System.CommandLine.Command(
            "status", "Tell whether the host is there, how it is connected, and which services it has.");
        command.SetAction((parsed, interrupted) => CommandRun.RunAsync(
            globals, parsed, CommandNeeds.ShortCall, StatusInquiry.RunAsync, interrupted));
        return command;
    }
}
