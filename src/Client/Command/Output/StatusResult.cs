using Spectre.Console;
using WinApi.Client.Command.CommandLine;

namespace WinApi.Client.Command.Output;

/// <param name="Connection">Where the host is and how memory is shared.</param>
/// <param name="HostProgram">What the host calls itself. Null over gRPC, as the four that follow.</param>
/// <param name="ProtocolVersion">What both sides speak.</param>
/// <param name="SessionId">Names this connection in the host's log.</param>
/// <param name="RequestRegionBytes">Shared memory for what the caller sends.</param>
/// <param name="ResponseRegionBytes">Shared memory for what the host sends.</param>
/// <param name="ConnectNs">How long connecting took, in nanoseconds.</param>
/// <param name="RoundTrip">Small calls, one after another.</param>
/// <param name="Health">The host as a whole: SERVING, NOT_SERVING or UNKNOWN.</param>
/// <param name="Services">The services of the host.</param>
internal sealed record StatusResult(
    ConnectionSummary Connection,
    string? HostProgram,
    int? ProtocolVersion,
    Guid? SessionId,
    long? RequestRegionBytes,
    long? ResponseRegionBytes,
    long ConnectNs,
    LatencySummary RoundTrip,
    string Health,
    IReadOnlyList<ServiceHealth> Services) : CommandResult
{
    public override void Show(IAnsiConsole console)
    {
        var fields = new FieldGrid()
            .Add("Host", DescribeHealth(Health))
            .Add("Endpoint", Connection.Endpoint)
            .Add("Shared memory", DescribeMemory())
            .Add("Round trip", $"{Quantity.Time(RoundTrip.P50Ns)} for a small call "
                + $"(median of {RoundTrip.Iterations}; fastest {Quantity.Time(RoundTrip.MinNs)})")
            .Add("Connecting", $"took {Quantity.Time(ConnectNs)}");
        if (SessionId is { } session)
        {
            fields.Add("Program", $"{HostProgram}, protocol version {ProtocolVersion}").Add("Session", session.ToString());
        }

        fields.Show(console);

        var table = new Table().RoundedBorder().AddColumn("service").AddColumn("state");
        foreach (var service in Services)
        {
            table.AddRow(Markup.Escape(service.Name), DescribeHealth(service.Health));
        }

        console.Write(table);
    }

    private static string DescribeHealth(string health) => health switch
    {
        "SERVING" => "ready (SERVING)",
        "NOT_SERVING" => "not ready (NOT_SERVING)",
        _ => "reachable, but does not report its health",
    };

    private string DescribeMemory() => Connection.Memory == "none"
        ? "no: all bytes travel through the socket" + (Connection.MemoryReason is { } reason ? $" ({reason})" : "")
        : $"yes ({Connection.Memory}): {new DataSize(RequestRegionBytes ?? 0)} for requests, "
            + $"{new DataSize(ResponseRegionBytes ?? 0)} for replies{(Connection.Rings ? ", frames in rings" : "")}";
}
