namespace WinApi.Benchmarks.Reports;

/// <summary>A table in Markdown; all columns but the first hold figures.</summary>
internal sealed class MarkdownTable(params IReadOnlyList<string> columns)
{
    private readonly List<IReadOnlyList<string>> _rows = [];

    public void Add(params IReadOnlyList<string> cells) => _rows.Add(cells);

    public override string ToString()
    {
        string[] lines =
        [
            Line(columns), Line(columns.Select((_, i) => i == 0 ? "---" : "---:")), .. _rows.Select(Line),
        ];
        return string.Join(Environment.NewLine, lines);
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
