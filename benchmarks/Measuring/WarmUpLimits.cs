namespace WinApi.Benchmarks.Measuring;

/// <summary>
/// How long a warm-up lasts at least and at most. The benchmarks run in processes of their own, so a quick run says so
/// in their environment.
/// </summary>
internal readonly record struct WarmUpLimits(TimeSpan Shortest, TimeSpan Longest)
{
    private const string QuickVariable = "WINAPI_BENCHMARK_QUICK";

    private static WarmUpLimits Full => new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));

    private static WarmUpLimits Quick => new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.5));

    public static void AskForQuick() => Environment.SetEnvironmentVariable(QuickVariable, "1");

    public static WarmUpLimits FromEnvironment() =>
        Environment.GetEnvironmentVariable(QuickVariable) is null ? Full : Quick;
}
