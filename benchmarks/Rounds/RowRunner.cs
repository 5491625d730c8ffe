using System.Diagnostics;
using HdrHistogram;
using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Processes;
using WinApi.Benchmarks.Rows;
using WinApi.Benchmarks.Workloads;

namespace WinApi.Benchmarks.Rounds;

/// <summary>One row in its own process: connected, warmed, and measured as often as asked.</summary>
internal sealed class RowRunner : IDisposable
{
    private const double MiddlePercentile = 50;

    // After a rest, while other rows were measured, caches are cold and a spinning host sleeps.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(30);

    private readonly IWorkload _workload;
    private readonly HostProcess? _host;

    public RowRunner(Row row, HostSet hosts)
    {
        _workload = row.Open(hosts);
        _host = row.Host is { } kind ? hosts[kind] : null;
    }

    public WarmUpReport WarmUpUntilFlat(WarmUpLimits limits) => WarmUp.UntilFlat(limits, CostOfWindow);

    public Sample Measure(TimeSpan duration)
    {
        _workload.Run(Settling, Latencies.Empty());
        LongHistogram latencies = Latencies.Empty();
        ProcessUsage hostBefore = _host?.ReadUsage() ?? default;
        ProcessUsage clientBefore = ProcessUsage.OfThisProcess();
        long start = Stopwatch.GetTimestamp();

        long operations = _workload.Run(duration, latencies);

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        ProcessUsage client = ProcessUsage.OfThisProcess() - clientBefore;
        ProcessUsage host = (_host?.ReadUsage() ?? default) - hostBefore;
        return new Sample
        {
            Operations = operations,
            Seconds = elapsed.TotalSeconds,
            ClientCpuSeconds = client.Cpu.TotalSeconds,
            HostCpuSeconds = host.Cpu.TotalSeconds,
            ClientAllocatedBytes = client.AllocatedBytes,
            HostAllocatedBytes = host.AllocatedBytes,
            Latencies = [.. latencies.RecordedValues().Select(value => new[] { value.ValueIteratedTo, value.CountAddedInThisIterationStep })],
        };
    }

    public void Dispose() => _workload.Dispose();

    private double CostOfWindow(TimeSpan window)
    {
        LongHistogram latencies = Latencies.Empty();
        long start = Stopwatch.GetTimestamp();
        long operations = _workload.Run(window, latencies);
        double each = Stopwatch.GetElapsedTime(start).TotalNanoseconds / operations;
        return latencies.TotalCount > 0 ? latencies.GetValueAtPercentile(MiddlePercentile) : each;
    }
}
