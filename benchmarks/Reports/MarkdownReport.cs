using System.Globalization;
using System.Text;
using WinApi.Benchmarks.Rounds;

namespace WinApi.Benchmarks.Reports;

/// <summary>The report that people read.</summary>
internal sealed class MarkdownReport
{
    private const string QuickWarning =
        "**A quick run: it shows that everything works. Its figures are of cold programs and are not to be quoted.**";

    private readonly StringBuilder _text = new();
    private readonly RunResults _results;

    private MarkdownReport(RunResults results) => _results = results;

    public static string Of(RunResults results, Machine machine, DateTime time, IReadOnlyList<(string File, string Title)> charts)
    {
        var report = new MarkdownReport(results);
        report.Head(machine, time);
        report.Section("Targets", new Targets(results).Table);
        report.Section("Latency of single calls, 64 B, one after another", SuiteTables.Latency(results));
        report.Section("What such a call costs: processor time and memory, client and host", SuiteTables.Cost(results));
        report.Section("Throughput, 64 B, one connection", SuiteTables.Throughput(results));
        report.Section("Streaming, one call", SuiteTables.Streaming(results));
        report.Section("Payload ladder: as many bytes there as back, p50", SuiteTables.LadderTimes(results));
        report.Section("Payload ladder, times floor (raw Unix socket)", SuiteTables.LadderTimesFloor(results));
        report.Section("Payload ladder, faster than gRPC", SuiteTables.LadderFasterThanPeer(results));
        report.Section("Connection set-up: connect, one 64 B call, close", SuiteTables.Connections(results));
        report.Section("Start-up of the winapi command", SuiteTables.StartUp(results));
        report.Section("The C client", NativeTable.Of(results.Native));
        report.Section("Means, by BenchmarkDotNet", results.BenchmarkDotNetTable);
        foreach ((string file, string title) in charts)
        {
            report.Section(title, $"![{title}]({file})");
        }

        return report._text.ToString();
    }

    private void Head(Machine machine, DateTime time)
    {
        _text.AppendLine("# Benchmarks").AppendLine();
        if (_results.Quick)
        {
            _text.AppendLine(QuickWarning).AppendLine();
        }

        _text.AppendLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{time:yyyy-MM-dd HH:mm} UTC. {machine.Processor}, {machine.Cores} logical processors, {machine.System}, {machine.Runtime}."));
        string[] notFlat = [.. _results.Rows.Where(row => !row.WarmUp.Flat).Select(row => row.Row.FullName)];
        if (notFlat.Length > 0 && !_results.Quick)
        {
            _text.AppendLine().AppendLine($"{notFlat.Length} of {_results.Rows.Count} rows were not flat after their warm-up:");
            _text.AppendLine($"{string.Join(", ", notFlat)}.");
        }

        if (_results.Failures.Count > 0)
        {
            _text.AppendLine().AppendLine($"These rows failed: {string.Join(", ", _results.Failures)}.");
        }
    }

    private void Section(string title, string? body)
    {
        if (body is not null)
        {
            _text.AppendLine().AppendLine($"## {title}").AppendLine().AppendLine(body);
        }
    }
}
