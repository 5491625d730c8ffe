using System.Globalization;

namespace WinApi.Soak.Program;

/// <summary>What a process holds.</summary>
internal static class Measures
{
    /// <param name="word">What asked for it.</param>
    /// <param name="connections">How many are open.</param>
    public static string Line(string word, int connections) => string.Create(CultureInfo.InvariantCulture,
        $"{word}: connections {connections} managed {GC.GetTotalMemory(forceFullCollection: true)} "
        + $"resident {Environment.WorkingSet} descriptors {Directory.GetFiles("/proc/self/fd").Length} "
        + $"threads {Directory.GetDirectories("/proc/self/task").Length} mappings {CountMappings()}");

    /// <summary>Shared memory that is mapped.</summary>
    private static int CountMappings() => File.ReadLines("/proc/self/maps").Count(line => line.Contains("memfd:winapi", StringComparison.Ordinal));
}
