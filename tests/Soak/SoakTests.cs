using System.Globalization;

namespace WinApi.Soak.Tests;

/// <summary>
/// Mixed load of C# and C clients on hosts, with kills and stalls: nothing may be wrong, lost, doubled, late or kept.
/// './build.sh soak --minutes N' runs it for longer than the test run does.
/// </summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    private const double UsualMinutes = 3;

    private static TimeSpan Length => TimeSpan.FromMinutes(
        double.TryParse(Environment.GetEnvironmentVariable("WINAPI_SOAK_MINUTES"), CultureInfo.InvariantCulture, out var minutes)
            ? minutes : UsualMinutes);

    [Fact]
    public async Task Kills_and_stalls_leave_nothing_wrong_lost_late_or_held()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It stalls processes by signals of Linux.");
        var folder = Directory.CreateTempSubdirectory("winapi-soak-");
        var seed = Random.Shared.Next();
        Say($"seed {seed}, {Length.TotalMinutes} minutes");
        await using var turmoil = new Turmoil(Path.Combine(folder.FullName, "soak.sock"), seed);
        await using var host = await HostRun.StartAsync();
        var native = NativeLoad.Client is { } client ? new NativeLoad(host, client) : null;
        var start = DateTime.UtcNow;
        var nativeRuns = native?.RunAsync(start + Length) ?? Task.CompletedTask;

        await turmoil.StartAsync();
        await turmoil.RageAsync(start + (Length * 0.6), sparesHost: false);
        await turmoil.RestartHostAsync();
        await turmoil.RageAsync(start + (Length * 0.7), sparesHost: true); // until both have loaded what they need
        var (hostBefore, workerBefore) = (await turmoil.Host.MeasureAsync(), await turmoil.Running[0].MeasureAsync());
        await turmoil.RageAsync(start + Length, sparesHost: true);

        var (good, failed) = (0L, 0L);
        foreach (var worker in turmoil.Running)
        {
            var measure = await worker.MeasureAsync();
            if (worker == turmoil.Running[0])
            {
                Say($"first worker: before {workerBefore}");
                Say($"              after  {measure}");
                measure.ShouldNotHaveGrownSince(workerBefore);
            }

            var calls = await worker.FinishAsync();
            (good, failed) = (good + calls.Good, failed + calls.Failed);
        }

        var hostAfter = await turmoil.Host.AtRestAsync();
        Say($"host:         before {hostBefore}");
        Say($"              after  {hostAfter}");
        await nativeRuns;
        Say($"{turmoil.HostsKilled} hosts and {turmoil.WorkersKilled} workers killed, {turmoil.Stalls} stalls; the last workers made "
            + $"{good} good calls, {failed} failed; C client: {native?.Runs ?? 0} whole runs, {native?.Killed ?? 0} killed");

        turmoil.Complaints.Should().BeEmpty();
        good.Should().BePositive();
        hostAfter.Mappings.Should().Be(0, "no connection is left");
        hostAfter.ShouldNotHaveGrownSince(hostBefore);
        if (native is not null)
        {
            native.Runs.Should().BeGreaterThan(6);
            (await native.DescriptorsAtRestAsync()).Should().BeLessThanOrEqualTo(native.DescriptorsBefore, "dozens of clients were killed");
        }

        folder.Delete(recursive: true);
    }

    private void Say(string line)
    {
        output.WriteLine(line);
        Console.Error.WriteLine(line);
    }
}
