using System.Diagnostics;
using System.Globalization;

namespace WinApi.Benchmarks.Measuring;

/// <summary>
/// Runs a benchmark until it stops getting faster: until the medians of the last windows agree. The runtime compiles
/// hot methods again in the background, at both ends, and a client measured before that reads 2 to 3 times too slow.
/// </summary>
internal static class WarmUp
{
    private const int WindowsThatAgree = 4;
    private const double Agreement = 0.05;

    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(500);

    public static void UntilFlat(Func<Task> operation) => UntilFlat(() => operation().GetAwaiter().GetResult());

    public static void UntilFlat(Action operation)
    {
        WarmUpLimits limits = WarmUpLimits.FromEnvironment();
        var medians = new List<double>();
        var clock = Stopwatch.StartNew();
        bool flat = false;

        while (clock.Elapsed < limits.Longest && !(flat && clock.Elapsed >= limits.Shortest))
        {
            medians.Add(MedianOfWindow(operation));
            flat = IsFlat(medians);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"// Warmed for {clock.Elapsed.TotalSeconds:F1} s, {(flat ? "flat" : "not yet flat")}; median of the first "
            + $"window {medians[0]:F3} ms, of the last {medians[^1]:F3} ms."));
    }

    private static double MedianOfWindow(Action operation)
    {
        var samples = new List<double>();
        var window = Stopwatch.StartNew();
        do
        {
            long start = Stopwatch.GetTimestamp();
            operation();
            samples.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        while (window.Elapsed < Window);

        samples.Sort();
        return samples[samples.Count / 2];
    }

    private static bool IsFlat(List<double> medians)
    {
        if (medians.Count < WindowsThatAgree)
        {
            return false;
        }

        IEnumerable<double> last = medians.TakeLast(WindowsThatAgree);
        return last.Max() <= last.Min() * (1 + Agreement);
    }
}
