using System.Runtime.InteropServices;

namespace WinApi.Benchmarks.Reports;

/// <summary>Where a run took place.</summary>
/// <param name="Processor">What the system calls it.</param>
/// <param name="Cores">How many logical processors this program may use.</param>
/// <param name="System">The operating system.</param>
/// <param name="Runtime">The version of .NET.</param>
internal sealed record Machine(string Processor, int Cores, string System, string Runtime)
{
    private const string ProcessorFile = "/proc/cpuinfo";
    private const string ProcessorField = "model name";

    public static Machine This => new(
        ProcessorName(), Environment.ProcessorCount, RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription);

    private static string ProcessorName()
    {
        string? line = File.Exists(ProcessorFile)
            ? File.ReadLines(ProcessorFile).FirstOrDefault(line => line.StartsWith(ProcessorField, StringComparison.Ordinal))
            : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':') + 1)..].Trim();
    }
}
