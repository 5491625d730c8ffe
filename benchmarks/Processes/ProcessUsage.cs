using System.Globalization;

namespace WinApi.Benchmarks.Processes;

/// <summary>What a process has used since it began.</summary>
/// <param name="Cpu">Processor time of all its threads, in the program and in the system.</param>
/// <param name="AllocatedBytes">Managed memory that was allocated, whether or not it has been collected.</param>
internal readonly record struct ProcessUsage(TimeSpan Cpu, long AllocatedBytes)
{
    public static ProcessUsage OfThisProcess() =>
        new(Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));

    public static ProcessUsage operator -(ProcessUsage later, ProcessUsage earlier) =>
        new(later.Cpu - earlier.Cpu, later.AllocatedBytes - earlier.AllocatedBytes);

    /// <summary>The line in which a process tells another.</summary>
    public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{Cpu.Ticks} {AllocatedBytes}");

    public static ProcessUsage FromLine(string line)
    {
        string[] numbers = line.Split(' ');
        return new ProcessUsage(
            TimeSpan.FromTicks(long.Parse(numbers[0], CultureInfo.InvariantCulture)),
            long.Parse(numbers[1], CultureInfo.InvariantCulture));
    }
}
