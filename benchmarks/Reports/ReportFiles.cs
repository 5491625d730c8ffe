namespace WinApi.Benchmarks.Reports;

/// <summary>The last run's report under names that do not change, beside the dated ones.</summary>
internal static class ReportFiles
{
    public const string Markdown = "report.md";

    private static readonly (string Suffix, string Name)[] Reports =
    [
        ("-report-github.md", Markdown),
        ("-report-full.json", "report.json"),
    ];

    public static IReadOnlyList<string> Publish(string artifactsFolder, string resultsFolder)
    {
        var published = new List<string>();
        foreach ((string suffix, string name) in Reports)
        {
            FileInfo? newest = new DirectoryInfo(resultsFolder)
                .EnumerateFiles($"*{suffix}")
                .MaxBy(file => file.LastWriteTimeUtc);
            if (newest is not null)
            {
                published.Add(newest.CopyTo(Path.Combine(artifactsFolder, name), overwrite: true).FullName);
            }
        }

        return published;
    }
}
