namespace WinApi.Conformance.Tests;

public sealed class BedsAreCompleteTests
{
    [Theory]
    [InlineData(nameof(Bed.UnixRings))]
    [InlineData(nameof(Bed.UnixMemfd))]
    [InlineData(nameof(Bed.UnixInline))]
    [InlineData(nameof(Bed.TcpInline))]
    [InlineData(nameof(Bed.TcpFile))]
    public void Every_feature_runs_on_every_bed(string bed)
    {
        var types = typeof(ConformanceTest).Assembly.GetTypes();
        var features = types.Where(type => type.IsAbstract && type.BaseType == typeof(ConformanceTest));

        var run = types.Where(type => !type.IsAbstract
            && type.Namespace == $"{typeof(ConformanceTest).Namespace}.{bed}").Select(type => type.BaseType);

        run.Should().BeEquivalentTo(features);
    }
}
