using System.Text.Json;
using IO = System.IO;

/// How many tests passed, failed and were skipped.
record TestTotals(int PassedTests, int FailedTests, int SkippedTests)
{
    public static TestTotals None { get; } = new(0, 0, 0);

    /// For a test program that left no report, or one that does not tell why it failed.
    public static TestTotals OneFailure { get; } = new(0, 1, 0);

    public bool Passed => FailedTests == 0 && PassedTests > 0;

    public string ClosingLine =>
        $"{PassedTests} passed, {FailedTests} failed" + (SkippedTests > 0 ? $", {SkippedTests} skipped" : "");

    public static TestTotals operator +(TestTotals a, TestTotals b) => new(
        a.PassedTests + b.PassedTests, a.FailedTests + b.FailedTests, a.SkippedTests + b.SkippedTests);

    /// Prints the closing line and, after a failure, ends the build. Not by an exception: nothing may follow that line.
    public void EndWithClosingLine()
    {
        Console.WriteLine(ClosingLine);
        if (!Passed)
        {
            System.Environment.Exit(1);
        }
    }

    /// Reads a report in the common test report format (CTRF).
    public static TestTotals Read(string reportPath)
    {
        using JsonDocument report = JsonDocument.Parse(IO.File.ReadAllText(reportPath));
        JsonElement summary = report.RootElement.GetProperty("results").GetProperty("summary");
        int Count(string name) => summary.TryGetProperty(name, out JsonElement value) ? value.GetInt32() : 0;
        return new TestTotals(Count("passed"), Count("failed") + Count("other"), Count("skipped") + Count("pending"));
    }
}
