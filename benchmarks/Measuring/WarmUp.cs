using System.Diagnostics;
using System.Globalization;

namespace WinApi.Benchmarks.Measuring;

/// <summary>
/// Runs a benchmark until it stops getting faster: until the costs of the last windows agree. The runtime compiles
/// hot methods again in the background, at both ends, and a client measured before that reads 2 to 3 times too slow.
/// </summary>
internal static class WarmUp
{
    private const int WindowsThatAgree = 4;
    private const double Agreement = 0.05;

    // Windows that are long enough to agree, and short enough for four of them to fit into the shortest warm-up.
    private static readonly TimeSpan LongestWindow = TimeSpan.FromMilliseconds(500);

    public static void UntilFlat(Func<Task> operation) => UntilFlat(() => operation().GetAwaiter().GetResult());

    public static void UntilFlat(Action operation)
    {
        WarmUpReport report = UntilFlat(WarmUpLimits.First, window => MedianOfWindow(operation, window));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"// Warmed for {report.Seconds:F1} s, {(report.Flat ? "flat" : "not yet flat")}; median of the first "
            + $"window {report.First:F3} ms, of the last {report.Last:F3} ms."));
    }

    /// <param name="limits">How long.</param>
    /// <param name="costOfWindow">Runs the benchmark for so long, and says what it cost in any unit.</param>
    public static WarmUpReport UntilFlat(WarmUpLimits limits, Func<TimeSpan, double> costOfWindow)
    {
        TimeSpan window = TimeSpan.FromTicks(Math.Min(LongestWindow.Ticks, limits.Shortest.Ticks / WindowsThatAgree));
        var costs = new List<double>();
        var clock = Stopwatch.StartNew();
        bool flat = false;

        while (clock.Elapsed < limits.Longest && !(flat && clock.Elapsed >= limits.Shortest))
        {
            costs.Add(costOfWindow(window));
            flat = IsFlat(costs);
        }

        return new WarmUpReport(clock.Elapsed.TotalSeconds, flat, costs[0], costs[^1]);
    }

    private static double MedianOfWindow(Action operation, TimeSpan length)
    {
        var samples = new List<double>();
        var window = Stopwatch.StartNew();
        do
        {
            long start = Stopwatch.GetTimestamp();
            operation();
            samples.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        while (window.Elapsed < length);

        samples.Sort();
        return samples[samples.Count / 2];
    }

    private static bool IsFlat(List<double> costs)
    {
        if (costs.Count < WindowsThatAgree)
        {
            return false;
        }

        IEnumerable<double> last = costs.TakeLast(WindowsThatAgree);
        return last.Max() <= last.Min() * (1 + Agreement);
    }
}
