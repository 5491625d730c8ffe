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

    /// <summary>Threads of the pool and tables that grew once are not growth; what adds up is.</summary>
    public void ShouldNotHaveGrownSince(Measure before)
    {
        Managed.Should().BeLessThan(before.Managed + (24 << 20));
        Descriptors.Should().BeLessThanOrEqualTo(before.Descriptors + 8);
        Threads.Should().BeLessThanOrEqualTo(before.Threads + 24);
        Mappings.Should().BeLessThanOrEqualTo(Math.Max(1, before.Mappings) + 1);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Connections} connections, {Managed / 1e6:F1} MB managed, {Resident / 1e6:F0} MB resident, {Descriptors} descriptors, "
        + $"{Threads} threads, {Mappings} mappings");
}
