namespace WinApi.Benchmarks.Reports;

/// <summary>The report of the last run, under names that do not change.</summary>
internal static class ReportFiles
{
    /// <returns>The files, the one to read first.</returns>
    public static IReadOnlyList<string> Write(RunResults results, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string chart in Directory.EnumerateFiles(folder, "*.svg"))
        {
            File.Delete(chart);
        }

        DateTime now = DateTime.UtcNow;
        Machine machine = Machine.This;
        (string File, string Title, string Svg)[] charts = [.. Charts.Of(results)];
        var files = new List<string>
        {
            Write(folder, "report.md", MarkdownReport.Of(
                results, machine, now, [.. charts.Select(chart => (chart.File, chart.Title))])),
            Write(folder, "report.json", JsonReport.Of(results, machine, now)),
        };
        files.AddRange(charts.Select(chart => Write(folder, chart.File, chart.Svg)));
        return files;
    }

    private static string Write(string folder, string name, string text)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
