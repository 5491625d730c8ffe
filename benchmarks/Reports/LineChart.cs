using System.Globalization;
using System.Security;
using System.Text;

namespace WinApi.Benchmarks.Reports;

/// <summary>Lines in one frame, with a legend beside it, as SVG.</summary>
internal sealed class LineChart(string title, Axis horizontal, Axis vertical)
{
    private const int Left = 80;
    private const int Top = 50;
    private const int PlotWidth = 640;
    private const int PlotHeight = 420;
    private const int LegendWidth = 520;
    private const int LegendLine = 22;
    private const int Bottom = 60;

    // Okabe and Ito's colours, which people who see few colours can tell apart, first plain and then dashed.
    private static readonly string[] Colours =
        ["#000000", "#e69f00", "#56b4e9", "#009e73", "#999999", "#0072b2", "#d55e00", "#cc79a7"];

    private static readonly string[] Dashes = ["none", "6 3", "2 3"];

    private readonly StringBuilder _lines = new();
    private int _count;

    public void Add(string name, IEnumerable<(double X, double Y)> points)
    {
        string stroke = $"""stroke="{Colours[_count % Colours.Length]}" stroke-dasharray="{Dashes[_count / Colours.Length % Dashes.Length]}" """
            + """stroke-width="2" fill="none" """;
        (double X, double Y)[] all = [.. points];
        string path = string.Join(' ', all.Select(point => Format($"{X(point.X):F1},{Y(point.Y):F1}")));
        int legendX = Left + PlotWidth + 20;
        int legendY = Top + 10 + _count * LegendLine;
        _lines.AppendLine(Format($"""<polyline points="{path}" {stroke}/>"""));
        if (all is [var only])
        {
            // A line of one point is not drawn.
            _lines.AppendLine(Format($"""<circle cx="{X(only.X):F1}" cy="{Y(only.Y):F1}" r="4" {stroke}/>"""));
        }

        _lines.AppendLine(Format($"""<line x1="{legendX}" y1="{legendY}" x2="{legendX + 30}" y2="{legendY}" {stroke}/>"""));
        _lines.AppendLine(Text(name, legendX + 38, legendY + 4, "start"));
        _count++;
    }

    public override string ToString()
    {
        const int Width = Left + PlotWidth + LegendWidth;
        int height = Math.Max(Top + PlotHeight + Bottom, Top + _count * LegendLine + Bottom);
        var svg = new StringBuilder();
        svg.AppendLine(Format($"""<svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{height}" font-family="sans-serif" font-size="13">"""));
        svg.AppendLine("""<rect width="100%" height="100%" fill="white"/>""");
        svg.AppendLine(Text(title, Left, 28, "start"));
        foreach ((double value, string label) in horizontal.Ticks)
        {
            svg.AppendLine(Grid(X(value), Top, X(value), Top + PlotHeight));
            svg.AppendLine(Text(label, X(value), Top + PlotHeight + 20, "middle"));
        }

        foreach ((double value, string label) in vertical.Ticks)
        {
            svg.AppendLine(Grid(Left, Y(value), Left + PlotWidth, Y(value)));
            svg.AppendLine(Text(label, Left - 8, Y(value) + 4, "end"));
        }

        svg.AppendLine(Text(horizontal.Title, Left + PlotWidth / 2.0, Top + PlotHeight + 44, "middle"));
        svg.AppendLine(Text(vertical.Title, Left, Top - 14, "end"));
        svg.Append(_lines);
        return svg.AppendLine("</svg>").ToString();
    }

    private double X(double value) => Left + horizontal.Position(value) * PlotWidth;

    private double Y(double value) => Top + (1 - vertical.Position(value)) * PlotHeight;

    private static string Grid(double x1, double y1, double x2, double y2) =>
        Format($"""<line x1="{x1:F1}" y1="{y1:F1}" x2="{x2:F1}" y2="{y2:F1}" stroke="#dddddd"/>""");

    private static string Text(string text, double x, double y, string anchor) =>
        Format($"""<text x="{x:F1}" y="{y:F1}" text-anchor="{anchor}">{SecurityElement.Escape(text)}</text>""");

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
