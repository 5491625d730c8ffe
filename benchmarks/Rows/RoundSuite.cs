using WinApi.Benchmarks.Measuring;

namespace WinApi.Benchmarks.Rows;

/// <summary>Rows that are measured in rounds: each row for a moment, and again, so that noise meets all of them.</summary>
/// <param name="Name">The part of its rows' full names.</param>
/// <param name="Title">What reports call it.</param>
/// <param name="Rounds">How often each row is measured.</param>
/// <param name="Moment">How long each time.</param>
/// <param name="Rows">Its rows, those of a group together.</param>
internal sealed record RoundSuite(string Name, string Title, int Rounds, TimeSpan Moment, IReadOnlyList<Row> Rows)
{
    private const int QuickRounds = 2;

    private static readonly TimeSpan QuickMoment = TimeSpan.FromMilliseconds(50);

    public static IReadOnlyList<RoundSuite> All { get; } =
    [
        LatencyRows.Suite, ThroughputRows.Suite, StreamingRows.Suite, LadderRows.Suite, ConnectionRows.Suite, StartUpRows.Suite,
    ];

    /// <summary>The same for a quick run: less often, shorter, and some steps of the ladder alone.</summary>
    public RoundSuite Quick => this with
    {
        Rounds = QuickRounds,
        Moment = QuickMoment,
        Rows = [.. Rows.Where(row => row.Suite != LadderRows.Name || PayloadSize.QuickLadder.Contains(row.Payload))],
    };
}
