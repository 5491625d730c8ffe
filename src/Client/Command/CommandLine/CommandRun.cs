using System.CommandLine;
using System.Diagnostics;
using Grpc.Core;
using WinApi.Client.Command.Output;
using WinApi.Transport.HyperV;

namespace WinApi.Client.Command.CommandLine;

/// <summary>Connects, runs one command, and turns whatever happens into output and an exit code.</summary>
internal static class CommandRun
{
    // An ordinary message is a little longer than the payload in it.
    private const long SlackPerConnection = 64 * 1024;

    private static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(
        GlobalOptions globals,
        ParseResult parsed,
        CommandNeeds needs,
        Func<CommandContext, Task<CommandResult>> work,
        CancellationToken interrupted)
    {
        var output = CommandOutput.Create(parsed.GetValue(globals.Json));
        var timeout = parsed.GetValue(globals.Timeout);
        var latest = timeout is { } limit ? DateTime.UtcNow + limit : (DateTime?)null;
        try
        {
            using var client = new WinApiClient(ReadOptions(globals, parsed, needs, timeout));
            var start = Stopwatch.GetTimestamp();
            if (!await TryConnectAsync(client, output, interrupted))
            {
                return ExitCode.NoHost;
            }

            var connectTime = Stopwatch.GetElapsedTime(start);
            latest ??= DateTime.UtcNow + needs.DefaultTimeout;
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
            if (latest is { } moment)
            {
                // For waits that are not calls, as for a free buffer. Calls have the deadline itself.
                ended.CancelAfter(TimeSpan.FromTicks(Math.Max(0, (moment - DateTime.UtcNow).Ticks)) + TimeSpan.FromSeconds(1));
            }

            var context = new CommandContext(
                client, output, new CallOptions(deadline: latest, cancellationToken: ended.Token), connectTime);
            output.ShowResult(await work(context));
            return ExitCode.Ok;
        }
        catch (Exception e) when (interrupted.IsCancellationRequested && e is RpcException or OperationCanceledException)
        {
            output.ShowError(StatusCode.Cancelled, "interrupted");
            return ExitCode.Interrupted;
        }
        catch (OperationCanceledException)
        {
            output.ShowError(StatusCode.DeadlineExceeded, "the time for the command is over; --timeout sets it");
            return ExitCode.CallFailed;
        }
        catch (RpcException e)
        {
            output.ShowError(e.StatusCode, e.Status.Detail);
            return ExitCode.CallFailed;
        }
        catch (FormatException e)
        {
            output.ShowBadUsage(e.Message); // the environment names no valid endpoint
            return ExitCode.BadUsage;
        }
    }

    private static async Task<bool> TryConnectAsync(
        WinApiClient client, CommandOutput output, CancellationToken interrupted)
    {
        try
        {
            await client.ConnectAsync(interrupted);
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable && !interrupted.IsCancellationRequested)
        {
            output.ShowError(e.StatusCode, e.Status.Detail);
            return false;
        }
    }

    private static HyperVChannelOptions ReadOptions(
        GlobalOptions globals, ParseResult parsed, CommandNeeds needs, TimeSpan? timeout)
    {
        var options = new HyperVChannelOptions
        {
            Endpoint = parsed.GetValue(globals.Endpoint) ?? TransportEndpoint.Default,
            SharedMemory = parsed.GetValue(globals.SharedMemory),
            ConnectTimeout = timeout < DefaultConnectTimeout ? timeout.Value : DefaultConnectTimeout,
        };
        if (needs.BufferBytes > 0)
        {
            // Half of it is the region for requests, where the buffers of a caller lie.
            options.SharedMemoryBytes =
                Math.Max(options.SharedMemoryBytes, 2 * (needs.BufferBytes + SlackPerConnection));
        }

        return options;
    }
}
