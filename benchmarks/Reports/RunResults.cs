using WinApi.Benchmarks.NativeClient;
using WinApi.Benchmarks.Rounds;

namespace WinApi.Benchmarks.Reports;

/// <summary>All that one run of the program has measured.</summary>
internal sealed record RunResults
{
    public required bool Quick { get; init; }

    public required IReadOnlyList<RowResult> Rows { get; init; }

    /// <summary>The rows of the C client; empty where it was not run.</summary>
    public required IReadOnlyList<NativeRow> Native { get; init; }

    /// <summary>The full names of rows that failed.</summary>
    public required IReadOnlyList<string> Failures { get; init; }

    /// <summary>The table of BenchmarkDotNet, in Markdown; null where none of its benchmarks was run.</summary>
    public required string? BenchmarkDotNetTable { get; init; }

    public IEnumerable<RowResult> Of(string suite) => Rows.Where(result => result.Row.Suite == suite);

    /// <returns>Null where the row was not run.</returns>
    public RowResult? Find(string suite, string group, string key) => Rows.FirstOrDefault(result =>
        result.Row.Suite == suite && result.Row.Group == group && result.Row.Key == key);

    /// <summary>A row of the same suite and group, to compare one with.</summary>
    /// <returns>Null where it was not run, and for a row that calls nobody.</returns>
    public RowResult? Beside(RowResult result, string? key) =>
        key is null || result.Row.Host is null ? null : Find(result.Row.Suite, result.Row.Group, key);
}
