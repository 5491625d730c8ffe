using System.CommandLine;
using System.Diagnostics;
using Grpc.Core;
using WinApi.Client.Command.Output;
using WinApi.Transport.Http2;
using WinApi.Transport.HyperV;

namespace WinApi.Client.Command.CommandLine;

/// <summary>One run of a command: connects, works, and turns whatever happens into output and an exit code.</summary>
internal sealed class CommandRun
{
    // An ordinary message is a little longer than the payload in it.
    private const long RoomForMessages = 64 * 1024;

    private static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(30);

    private readonly GlobalOptions _globals;
    private readonly ParseResult _parsed;
    private readonly CommandNeeds _needs;
    private readonly CancellationToken _interrupted;
    private readonly CommandOutput _output;
    private readonly TimeSpan? _timeout;
    private readonly DateTime _start = DateTime.UtcNow;

    private CommandRun(GlobalOptions globals, ParseResult parsed, CommandNeeds needs, CancellationToken interrupted)
    {
        _globals = globals;
        _parsed = parsed;
        _needs = needs;
        _interrupted = interrupted;
        _output = CommandOutput.Create(parsed.GetValue(globals.Json));
        _timeout = parsed.GetValue(globals.Timeout);
    }

    /// <summary>Runs a command. Returns the exit code (<see cref="ExitCode"/>).</summary>
    public static async Task<int> RunAsync(
        GlobalOptions globals,
        ParseResult parsed,
        CommandNeeds needs,
        Func<CommandContext, Task<CommandResult>> work,
        CancellationToken interrupted)
    {
        var run = new CommandRun(globals, parsed, needs, interrupted);
        await using var client = run.CreateClient();
        return client is null ? ExitCode.BadUsage : await run.WorkAsync(client, work);
    }

    /// <summary>The client that the options describe, not connected; null, and the mistake is told, if they are bad.</summary>
    public static WinApiClient? CreateClient(GlobalOptions globals, ParseResult parsed, CommandNeeds needs) =>
        new CommandRun(globals, parsed, needs, CancellationToken.None).CreateClient();

    private WinApiClient? CreateClient()
    {
        try
        {
            return new WinApiClient(WinApiChannel.Open(_parsed.GetValue(_globals.Endpoint), ReadOptions()));
        }
        catch (FormatException e)
        {
            _output.ShowBadUsage(e.Message); // a variable of the environment; the message names it
            return null;
        }
        catch (IOException e)
        {
            _output.ShowBadUsage(e.Message); // no token, over HTTP/2 where one is required
            return null;
        }
        catch (ArgumentException e)
        {
            // The only option that is not checked before: what it is set from is told to the user.
            _output.ShowBadUsage($"WINAPI_SHARED_MEM_SIZE: {e.Message.Split(" (Parameter")[0]}");
            return null;
        }
    }

    private HyperVChannelOptions ReadOptions()
    {
        var options = new HyperVChannelOptions
        {
            Authentication = _parsed.GetValue(_globals.Authentication),
            TokenFile = _parsed.GetValue(_globals.TokenFile),
            SharedMemory = _parsed.GetValue(_globals.SharedMemory),
            ConnectTimeout = _timeout < DefaultConnectTimeout ? _timeout.Value : DefaultConnectTimeout,
        };
        if (_needs.BufferBytes > 0)
        {
            // Half of it is the region for requests, where the buffers of a caller lie.
            options.SharedMemoryBytes = Math.Max(options.SharedMemoryBytes, 2 * (_needs.BufferBytes + RoomForMessages));
        }

        return options;
    }

    private async Task<int> WorkAsync(WinApiClient client, Func<CommandContext, Task<CommandResult>> work)
    {
        try
        {
            var start = Stopwatch.GetTimestamp();
            if (!await TryConnectAsync(client))
            {
                return ExitCode.NoHost;
            }

            var connectTime = Stopwatch.GetElapsedTime(start);
            var deadline = _timeout is null ? DateTime.UtcNow + _needs.DefaultTimeout : _start + _timeout;
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(_interrupted);
            CancelLater(ended, deadline);
            var calls = new CallOptions(deadline: deadline, cancellationToken: ended.Token);
            _output.ShowResult(await work(new CommandContext(client, _output, calls, connectTime)));
            return ExitCode.Ok;
        }
        catch (Exception e) when (_interrupted.IsCancellationRequested && e is RpcException or OperationCanceledException)
        {
            _output.ShowError(StatusCode.Cancelled, "interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException { StatusCode: StatusCode.DeadlineExceeded })
        {
            _output.ShowError(StatusCode.DeadlineExceeded, "the command took longer than it may; --timeout sets the limit");
            return ExitCode.CallFailed;
        }
        catch (RpcException e)
        {
            _output.ShowError(e.StatusCode, e.Status.Detail);
            return ExitCode.CallFailed;
        }
    }

    private async Task<bool> TryConnectAsync(WinApiClient client)
    {
        try
        {
            await client.ConnectAsync(_interrupted);
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable && !_interrupted.IsCancellationRequested)
        {
            _output.ShowError(e.StatusCode, e.Status.Detail);
            return false;
        }
    }

    /// <summary>For waits that are not calls, as for a free buffer; calls have the deadline itself, and end before.</summary>
    private static void CancelLater(CancellationTokenSource source, DateTime? deadline)
    {
        if (deadline is { } moment)
        {
            var left = moment - DateTime.UtcNow;
            source.CancelAfter((left > TimeSpan.Zero ? left : TimeSpan.Zero) + TimeSpan.FromSeconds(1));
        }
    }
}
