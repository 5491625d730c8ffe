namespace WinApi.Benchmarks.Measuring;

/// <summary>How a warm-up went.</summary>
/// <param name="Seconds">How long it lasted.</param>
/// <param name="Flat">Whether the benchmark had stopped getting faster by then.</param>
/// <param name="First">What the first window cost.</param>
/// <param name="Last">What the last window cost.</param>
internal sealed record WarmUpReport(double Seconds, bool Flat, double First, double Last);
