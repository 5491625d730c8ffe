using System.Globalization;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Rows;

namespace WinApi.Benchmarks.Rounds;

/// <summary>
/// Runs the rows of a suite, group after group: connects and warms all rows of the group, then measures each for a
/// moment, in turn, round after round. The rows of a series share a client process, and it its hosts.
/// </summary>
internal sealed class RoundRunner(RoundSuite suite) : IDisposable
{
    private readonly Dictionary<string, RowProcess> _processes = [];
    private readonly List<string> _failures = [];

    /// <summary>Which rows failed; why went to standard error.</summary>
    public IReadOnlyList<string> Failures => _failures;

    public IReadOnlyList<RowResult> Run(IReadOnlyList<Row> rows) =>
        [.. rows.GroupBy(row => row.Group).SelectMany(group => RunGroup([.. group]))];

    public void Dispose()
    {
        foreach (RowProcess process in _processes.Values)
        {
            process.Dispose();
        }
    }

    private List<RowResult> RunGroup(IReadOnlyList<Row> rows)
    {
        var warm = new Dictionary<Row, WarmUpReport>();
        foreach (Row row in rows)
        {
            Try(row, () => warm[row] = WarmUp(row));
        }

        var samples = rows.ToDictionary(row => row, _ => new List<Sample>());
        for (int round = 0; round < suite.Rounds; round++)
        {
            // Each round begins with another row, so that no row always follows the same one.
            foreach (Row row in rows.Skip(round % rows.Count).Concat(rows.Take(round % rows.Count)))
            {
                Try(row, () => samples[row].Add(ProcessOf(row).Measure(suite.Moment)));
            }
        }

        var results = new List<RowResult>();
        foreach (Row row in rows)
        {
            Try(row, () => ProcessOf(row).Close());
        }

        foreach (Row row in rows.Where(row => !HasFailed(row)))
        {
            results.Add(new RowResult(row, warm[row], samples[row]));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{row.FullName}: {results[^1].OperationsPerSecond:N0} a second"));
        }

        return results;
    }

    private WarmUpReport WarmUp(Row row)
    {
        WarmUpReport report = ProcessOf(row).Open(row);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{row.FullName}: warmed for {report.Seconds:F1} s, {(report.Flat ? "flat" : "not yet flat")}"));
        return report;
    }

    private RowProcess ProcessOf(Row row)
    {
        if (!_processes.TryGetValue(row.Key, out RowProcess? process))
        {
            process = new RowProcess();
            _processes.Add(row.Key, process);
        }

        return process;
    }

    private bool HasFailed(Row row) => _failures.Contains(row.FullName);

    private void Try(Row row, Action step)
    {
        if (HasFailed(row))
        {
            return;
        }

        try
        {
            step();
        }
        catch (InvalidOperationException e)
        {
            Console.Error.WriteLine($"{row.FullName} failed: {e.Message}");
            _failures.Add(row.FullName);

            // The next row of the series starts afresh.
            if (_processes.Remove(row.Key, out RowProcess? process))
            {
                process.Dispose();
            }
        }
    }
}
