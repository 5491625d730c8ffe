using System.CommandLine;
using Grpc.Core;
using WinApi.Client.Command.CommandLine;
using WinApi.Client.Command.Doctor;
using WinApi.Client.Command.Output;
using WinApi.Transport.Http2;

namespace WinApi.Client.Command.Commands;

/// <summary><c>winapi doctor</c>.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(2);

    public static System.CommandLine.Command Build(GlobalOptions globals)
    {
        var command = new System.CommandLine.Command(
            "doctor",
            "Look at each layer between here and the host, from the kernel up; for the first that fails tell why, and the "
            + "command that helps.");
        command.SetAction((parsed, interrupted) => RunAsync(globals, parsed, interrupted));
        return command;
    }

    private static async Task<int> RunAsync(GlobalOptions globals, ParseResult parsed, CancellationToken interrupted)
    {
        var needs = new CommandNeeds(BulkCheck.ChunkBytes, DefaultTimeout);
        await using var client = CommandRun.CreateClient(globals, parsed, needs);
        if (client is null)
        {
            return ExitCode.BadUsage;
        }

        var output = CommandOutput.Create(parsed.GetValue(globals.Json));
        if (client.Channel is Http2Channel)
        {
            output.ShowBadUsage("doctor looks at the sockets and the memory of this machine; over http there are none of ours: use status");
            return ExitCode.BadUsage;
        }

        var limit = parsed.GetValue(globals.Timeout) ?? DefaultTimeout;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        ended.CancelAfter(limit + TimeSpan.FromSeconds(1)); // calls have the deadline itself, and say which of them was slow
        var calls = new CallOptions(deadline: DateTime.UtcNow + limit, cancellationToken: ended.Token);
        try
        {
            var examination = new Examination(client, output, parsed.GetValue(globals.SharedMemory), calls);
            var (result, failure) = await LayerChecks.RunAsync(examination, output);
            output.ShowResult(result);
            return failure is null ? ExitCode.Ok : failure.IsNoHost ? ExitCode.NoHost : ExitCode.CallFailed;
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException)
        {
            var status = interrupted.IsCancellationRequested ? StatusCode.Cancelled : StatusCode.DeadlineExceeded;
            output.ShowError(
                status, status == StatusCode.Cancelled ? "interrupted" : "it took longer than it may; --timeout sets the limit");
            return status == StatusCode.Cancelled ? ExitCode.Interrupted : ExitCode.CallFailed;
        }
    }
}
