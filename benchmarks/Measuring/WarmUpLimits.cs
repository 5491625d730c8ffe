namespace WinApi.Benchmarks.Measuring;

/// <summary>
/// How long a warm-up lasts at least and at most. The benchmarks run in processes of their own, so a quick run says so
/// in their environment.
/// </summary>
internal readonly record struct WarmUpLimits(TimeSpan Shortest, TimeSpan Longest)
{
    private const string QuickVariable = "WINAPI_BENCHMARK_QUICK";

    private static WarmUpLimits Full => new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));

    private static WarmUpLimits FullAgain => new(TimeSpan.FromSeconds(1.2), TimeSpan.FromSeconds(5));

    private static WarmUpLimits Quick => new(TimeSpan.FromSeconds(0.05), TimeSpan.FromSeconds(0.1));

    public static bool IsQuick => Environment.GetEnvironmentVariable(QuickVariable) is not null;

    /// <summary>For a process that has done nothing of the kind so far.</summary>
    public static WarmUpLimits First => IsQuick ? Quick : Full;

    /// <summary>For a process that has been warmed with the same calls, if of another size or number.</summary>
    public static WarmUpLimits Again => IsQuick ? Quick : FullAgain;

    public static void AskForQuick() => Environment.SetEnvironmentVariable(QuickVariable, "1");
}
