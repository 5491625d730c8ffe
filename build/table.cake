/// A table of text, its columns as wide as their longest cell.
class Table
{
    private readonly List<string[]> _rows = new();

    public Table(params string[] headings) => _rows.Add(headings);

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        int columns = _rows[0].Length;
        int[] widths = Enumerable.Range(0, columns)
            .Select(column => _rows.Max(row => row[column].Length))
            .ToArray();
        string Line(string[] row) =>
            string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd();
        string rule = string.Join("  ", widths.Select(width => new string('-', width)));

        return string.Join(Environment.NewLine, new[] { Line(_rows[0]), rule }.Concat(_rows.Skip(1).Select(Line)));
    }
}
