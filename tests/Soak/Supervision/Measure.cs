using System.Globalization;

namespace WinApi.Soak.Tests;

/// <summary>What a process said that it holds.</summary>
internal sealed record Measure(int Connections, long Managed, long Resident, int Descriptors, int Threads, int Mappings)
{
    public static Measure Parse(string line)
    {
        var words = line.Split(' ');
        long Of(string name) => long.Parse(words[Array.IndexOf(words, name) + 1], CultureInfo.InvariantCulture);
        return new Measure(
            (int)Of("connections"), Of("managed"), Of("resident"), (int)Of("descriptors"), (int)Of("threads"), (int)Of("mappings"));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Connections} connections, {Managed / 1e6:F1} MB managed, {Resident / 1e6:F0} MB resident, {Descriptors} descriptors, "
        + $"{Threads} threads, {Mappings} mappings");
}
