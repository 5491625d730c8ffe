using System.CommandLine;
using System.Diagnostics;
using Grpc.Core;
using WinApi.Client.Command.CommandLine;
using WinApi.Client.Command.Output;
using WinApi.V1;

namespace WinApi.Client.Command.Commands;

/// <summary><c>winapi echo TEXT</c>.</summary>
internal static class EchoCommand
{
    public static System.CommandLine.Command Build(GlobalOptions globals)
    {
        var text = new Argument<string>("TEXT") { Description = "What the host shall say back." };
        var command = new System.CommandLine.Command("echo", "Send a text to the host and print what comes back.")
        {
            text,
        };
        command.SetAction((parsed, interrupted) => CommandRun.RunAsync(
            globals, parsed, CommandNeeds.ShortCall, context => EchoAsync(context, parsed.GetRequiredValue(text)), interrupted));
        return command;
    }

    private static async Task<CommandResult> EchoAsync(CommandContext context, string text)
    {
        var start = Stopwatch.GetTimestamp();
        var reply = await context.Client.Echo.UnaryEchoAsync(new EchoRequest { Text = text }, context.CallOptions);
        var elapsed = Stopwatch.GetElapsedTime(start);
        return reply.Text == text
            ? new EchoResult(reply.Text, (long)elapsed.TotalNanoseconds, context.Connection)
            : throw new RpcException(new Status(StatusCode.DataLoss, $"the host answered with another text: '{reply.Text}'"));
    }
}
