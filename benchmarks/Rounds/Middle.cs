namespace WinApi.Benchmarks.Rounds;

internal static class Middle
{
    /// <summary>The median; of an even number, the mean of the middle two.</summary>
    public static double Of(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
