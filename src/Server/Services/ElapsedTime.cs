using System.Diagnostics;

namespace WinApi.Server.Services;

/// <summary>Times as fine as the clock gives them; a <see cref="TimeSpan"/> would round to 100 ns.</summary>
internal static class ElapsedTime
{
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    /// <summary>The time since a <see cref="Stopwatch.GetTimestamp"/>, in nanoseconds.</summary>
    public static ulong NanosecondsSince(long timestamp) =>
        (ulong)((Stopwatch.GetTimestamp() - timestamp) * NanosecondsPerTick);
}
