namespace WinApi.Benchmarks.Reports;

/// <summary>A figure that the project wants to reach, and what this run has measured.</summary>
/// <param name="Path">Whether frames travel through the socket or in rings.</param>
/// <param name="What">What is measured, against what.</param>
/// <param name="Bound">The figure to reach.</param>
/// <param name="AtMost">Whether the figure may be no more than the bound; else no less.</param>
/// <param name="Show">How the figure is shown.</param>
/// <param name="Measured">What this run has measured; null where it has not.</param>
internal sealed record Target(
    string Path, string What, double Bound, bool AtMost, Func<double, string> Show, double? Measured)
{
    /// <summary>Null where it was not measured.</summary>
    public bool? Met => Measured is { } figure ? (AtMost ? figure <= Bound : figure >= Bound) : null;

    public string Wanted => $"{(AtMost ? "≤" : "≥")} {Show(Bound)}";

    public string Outcome => Met switch { true => "met", false => "not met", null => "not measured" };
}
