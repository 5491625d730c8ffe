using Grpc.Core;
using WinApi.Client.Command.Output;

namespace WinApi.Client.Command.CommandLine;

/// <summary>What a connected command works with.</summary>
/// <param name="Client">Connected.</param>
/// <param name="Output">Where progress goes.</param>
/// <param name="CallOptions">For every call: the deadline of the command, and Ctrl-C.</param>
/// <param name="ConnectTime">How long connecting took.</param>
internal sealed record CommandContext(
    WinApiClient Client, CommandOutput Output, CallOptions CallOptions, TimeSpan ConnectTime)
{
    public CancellationToken CancellationToken => CallOptions.CancellationToken;

    public ConnectionSummary Connection => ConnectionSummary.Of(Client.Channel);
}
