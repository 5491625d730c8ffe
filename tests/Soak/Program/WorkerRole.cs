using System.Globalization;

namespace WinApi.Soak.Program;

/// <summary>A client with lanes of every kind of call, until its standard input ends.</summary>
internal static class WorkerRole
{
    public static async Task RunAsync(string socketPath, int seed, LaneRules rules)
    {
        Clock.Start();
        await using var channel = new HyperVChannel(new HyperVChannelOptions
        {
            Endpoint = TransportEndpoint.Parse($"unix://{socketPath}"),
            SharedMemoryBytes = 16 << 20,
            UseRings = seed % 3 != 0,
            SharedMemory = seed % 5 == 4 ? SharedMemoryMode.None : SharedMemoryMode.Auto,
            HeartbeatInterval = TimeSpan.FromSeconds(1),
            HeartbeatTimeout = TimeSpan.FromSeconds(2),
        });
        using var stop = new CancellationTokenSource();
        Lane[] lanes = [.. Enum.GetValues<LaneKind>().Select((kind, index) => new Lane(channel, kind, rules, (seed * 100) + index))];
        var running = Array.ConvertAll(lanes, lane => lane.RunAsync(stop.Token));
        Console.Out.WriteLine("working");
        while (await Console.In.ReadLineAsync() is { } word)
        {
            if (word.StartsWith("settle", StringComparison.Ordinal))
            {
                await Task.WhenAll(Array.ConvertAll(lanes, SettleAsync));
            }

            Console.Out.WriteLine(Measures.Line(word, channel.Connection is null ? 0 : 1));
        }

        await stop.CancelAsync();
        await Task.WhenAll(running);
        await CheckRegionAsync(channel);
        foreach (var lane in lanes)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"lane {lane.Kind} {lane.Good} failed {lane.Failed}"));
        }

        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"calls {lanes.Sum(lane => lane.Good)} failed {lanes.Sum(lane => lane.Failed)}"));
    }

    /// <summary>Until a call that began after now has ended well.</summary>
    private static async Task SettleAsync(Lane lane)
    {
        var before = lane.Good;
        while (lane.Good < before + 2)
        {
            await Task.Delay(5, CancellationToken.None);
        }
    }

    /// <summary>All of the region can be rented at once: nothing of all those calls is still held.</summary>
    private static async Task CheckRegionAsync(HyperVChannel channel)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await channel.ConnectAsync(patience.Token);
            using var all = await channel.RentBufferAsync(8 << 20, patience.Token);
        }
        catch (OperationCanceledException)
        {
            Complaints.Add("the region is not free after the last call");
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
        {
            // No host: nothing is held of it either.
        }
    }
}
