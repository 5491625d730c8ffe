namespace WinApi.Benchmarks.Reports;

/// <summary>One axis of a chart.</summary>
/// <param name="Title">What it shows, and in which unit.</param>
/// <param name="Ticks">Places that are marked, ascending, and what they are called. The axis ends at the outermost.</param>
/// <param name="IsLogarithmic">Equal distances are equal factors; else equal differences.</param>
internal sealed record Axis(string Title, IReadOnlyList<(double Value, string Label)> Ticks, bool IsLogarithmic)
{
    /// <summary>An axis of decades, as many as these values need.</summary>
    public static Axis OfDecades(string title, IReadOnlyList<double> values, Func<double, string> label)
    {
        int first = (int)Math.Floor(Math.Log10(values.Min()));
        int last = Math.Max(first + 1, (int)Math.Ceiling(Math.Log10(values.Max())));
        return new Axis(
            title,
            [.. Enumerable.Range(first, last - first + 1).Select(decade => Math.Pow(10, decade)).Select(value => (value, label(value)))],
            IsLogarithmic: true);
    }

    /// <summary>An axis from 0 on.</summary>
    public static Axis Linear(string title, double end, int steps, Func<double, string> label) => new(
        title,
        [.. Enumerable.Range(0, steps + 1).Select(step => end * step / steps).Select(value => (value, label(value)))],
        IsLogarithmic: false);

    /// <summary>0 at the beginning of the axis, 1 at its end.</summary>
    public double Position(double value)
    {
        double first = Scale(Ticks[0].Value);
        return Math.Clamp((Scale(value) - first) / (Scale(Ticks[^1].Value) - first), 0, 1);
    }

    private double Scale(double value) => IsLogarithmic ? Math.Log10(Math.Max(value, double.Epsilon)) : value;
}
