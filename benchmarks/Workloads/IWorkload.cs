using HdrHistogram;

namespace WinApi.Benchmarks.Workloads;

/// <summary>Something that is connected and can be done again and again.</summary>
internal interface IWorkload : IDisposable
{
    /// <summary>Does it for about so long, at least once, and waits until all of it is done.</summary>
    /// <param name="duration">After so long nothing new is begun.</param>
    /// <param name="latencies">Gets the time of each single one, in nanoseconds, where that can be told.</param>
    /// <returns>How often it was done.</returns>
    long Run(TimeSpan duration, LongHistogram latencies);
}
