using Spectre.Console;

namespace WinApi.Client.Command.Output;

/// <param name="PayloadBytes">The payload of each message, both ways for a call and towards the caller for a probe.</param>
/// <param name="Caller">Unary calls, timed by the caller.</param>
/// <param name="Host">Messages on one open stream, timed by the host.</param>
/// <param name="Connection">Over what.</param>
internal sealed record LatencyResult(
    int PayloadBytes, LatencySummary Caller, LatencySummary Host, ConnectionSummary Connection) : CommandResult
{
    public override void Show(IAnsiConsole console)
    {
        new FieldGrid()
            .Add("Connection", Connection.Describe())
            .Add("Measured", $"{Quantity.Count(Caller.Iterations)} round trips of {PayloadBytes} bytes, "
                + "one at a time, after a warm-up")
            .Show(console);

        var table = new Table().RoundedBorder().AddColumn("timed");
        foreach (var name in (string[])["min", "avg", "p50", "p99", "max"])
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        AddRow(table, "call, by caller", Caller);
        AddRow(table, "message, by host", Host);
        console.Write(table);
    }

    private static void AddRow(Table table, string name, LatencySummary latency) => table.AddRow(
        name,
        Quantity.Time(latency.MinNs),
        Quantity.Time(latency.AvgNs),
        Quantity.Time(latency.P50Ns),
        Quantity.Time(latency.P99Ns),
        Quantity.Time(latency.MaxNs));
}
