using Spectre.Console;
using WinApi.Client.Command.CommandLine;

namespace WinApi.Client.Command.Output;

/// <param name="ChunkBytes">The bytes of one call.</param>
/// <param name="ByReferenceShared">Whether the buffers by reference were really shared, and not copied.</param>
/// <param name="ByReference">Unary calls that lend a buffer; the host reads all of it. Timed by the caller.</param>
/// <param name="Message">Unary calls with the bytes in an ordinary message; the host reads all. Timed by the caller.</param>
/// <param name="HostStream">Messages that the host streams to the caller. Timed by the host.</param>
/// <param name="Connection">Over what.</param>
internal sealed record ThroughputResult(
    long ChunkBytes,
    bool ByReferenceShared,
    ThroughputSummary ByReference,
    ThroughputSummary Message,
    ThroughputSummary HostStream,
    ConnectionSummary Connection) : CommandResult
{
    public override void Show(IAnsiConsole console)
    {
        new FieldGrid()
            .Add("Connection", Connection.Describe())
            .Add("Calls", $"{new DataSize(ChunkBytes)} each, one at a time, after a warm-up")
            .Show(console);

        var table = new Table().RoundedBorder()
            .AddColumn("way")
            .AddColumn("direction")
            .AddColumn("timer")
            .AddColumn(new TableColumn("bytes").RightAligned())
            .AddColumn(new TableColumn("time").RightAligned())
            .AddColumn(new TableColumn("throughput").RightAligned());
        AddRow(table, ByReferenceShared ? "by reference" : "by ref., copied", "to host", "caller", ByReference);
        AddRow(table, "messages", "to host", "caller", Message);
        AddRow(table, "message stream", "from host", "host", HostStream);
        console.Write(table);
        console.WriteLine(ByReferenceShared
            ? "By reference, the host reads the caller's buffer in place; messages are copied."
            : "No memory is shared: buffers by reference are copied with the call, like messages.");
    }

    private static void AddRow(Table table, string way, string direction, string timer, ThroughputSummary summary) =>
        table.AddRow(
            way,
            direction,
            timer,
            new DataSize(summary.Bytes).ToString(),
            Quantity.Time(summary.ElapsedNs),
            Quantity.Rate(summary.MbPerSecond));
}
