namespace WinApi.Soak.Tests;

/// <summary>
/// SIGKILL at random points of every kind of call, a hundred times and more for each side. WINAPI_CRASH_KILLS sets another
/// number. Calls have deadlines of two minutes, and may end with UNAVAILABLE alone: nothing is saved by a deadline.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int UntilWarm = 10;

    private static readonly int s_kills =
        int.TryParse(Environment.GetEnvironmentVariable("WINAPI_CRASH_KILLS"), out var number) ? Math.Max(number, 2 * UntilWarm) : 100;

    private readonly string _socket = Path.Combine(Directory.CreateTempSubdirectory("winapi-crash-").FullName, "crash.sock");
    private readonly Random _random = new();

    [Fact]
    public async Task Clients_of_a_host_that_is_killed_lose_what_is_under_way_and_go_on_with_the_next()
    {
        // With rings; with memory and without rings; with neither.
        SoakProcess[] survivors =
        [
            SoakProcess.Start(_socket, 1, "survivor"), SoakProcess.Start(_socket, 3, "survivor"), SoakProcess.Start(_socket, 9, "survivor"),
        ];
        var complaints = new List<string>();
        Measure[] before = [], after = [];
        for (var killed = 0; killed <= s_kills; killed++)
        {
            await using var host = await SoakProcess.StartHostAsync(_socket);
            after = await Task.WhenAll(survivors.Select(one => one.SettleAsync()));
            before = killed == UntilWarm ? after : before;
            await Task.Delay(_random.Next(60), TestContext.Current.CancellationToken);
            if (killed < s_kills)
            {
                await host.Run.KillAsync();
            }
            else
            {
                await Task.WhenAll(survivors.Select(one => one.FinishAsync()));
            }

            complaints.AddRange(host.Complaints);
        }

        foreach (var (survivor, index) in survivors.Select((one, index) => (one, index)))
        {
            output.WriteLine($"before {before[index]}; after {after[index]}; "
                + $"lost {string.Join(", ", survivor.Lost.Select(lane => $"{lane.Key} {lane.Value}"))}");
            complaints.AddRange(survivor.Complaints);
            after[index].ShouldNotHaveGrownSince(before[index]);
            survivor.Lost.Where(lane => lane.Key != "Cancelled")
                .Should().OnlyContain(lane => lane.Value >= s_kills / 4, "calls of every kind should have been under way");
            await survivor.DisposeAsync();
        }

        complaints.Should().BeEmpty();
    }

    [Fact]
    public async Task A_host_whose_clients_are_killed_gets_back_all_they_held_and_others_see_nothing()
    {
        await using var host = await SoakProcess.StartHostAsync(_socket);
        await using var bystander = await SoakProcess.StartWorkerAsync(_socket, 1, "bystander");
        await KillWorkersAsync(UntilWarm);
        var (hostBefore, bystanderBefore) = (await host.AtRestAsync(clients: 1), await bystander.SettleAsync());

        await Task.WhenAll(KillWorkersAsync(s_kills / 2), KillWorkersAsync(s_kills / 2));

        var (hostAfter, bystanderAfter) = (await host.AtRestAsync(clients: 1), await bystander.SettleAsync());
        output.WriteLine($"host before {hostBefore}; after {hostAfter}");
        await bystander.FinishAsync();
        host.Complaints.Concat(bystander.Complaints).Should().BeEmpty();
        bystander.Lost.Should().OnlyContain(lane => lane.Value == 0);
        hostAfter.Connections.Should().Be(1);
        hostAfter.Mappings.Should().Be(1);
        hostAfter.ShouldNotHaveGrownSince(hostBefore);
        bystanderAfter.ShouldNotHaveGrownSince(bystanderBefore);
    }

    [Fact]
    public async Task A_host_whose_C_clients_are_killed_serves_the_next()
    {
        Assert.SkipWhen(NativeLoad.Client is null, "The C client is not built: ./build.sh test builds it.");
        await using var host = await HostRun.StartAsync();
        var load = new NativeLoad(host, NativeLoad.Client);

        await load.KillAsync(s_kills);

        (await load.DescriptorsAtRestAsync()).Should().BeLessThanOrEqualTo(load.DescriptorsBefore);
    }

    /// <summary>Some while they start and shake hands, the others at work.</summary>
    private async Task KillWorkersAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await using var worker = SoakProcess.Start(_socket, _random.Next(1000), "survivor");
            if (i % 3 > 0)
            {
                await worker.Run.PrintsAsync("working");
            }

            await Task.Delay(_random.Next(200), TestContext.Current.CancellationToken);
            await worker.Run.KillAsync();
            worker.Complaints.Should().BeEmpty();
        }
    }
}
