namespace WinApi.Soak.Tests;

/// <summary>What happens to the processes of a soak, by chance.</summary>
internal sealed class Turmoil(string socket, int seed) : IAsyncDisposable
{
    private const int Workers = 3;

    private readonly Random _random = new(seed);
    private readonly List<SoakProcess> _ended = [];
    private readonly List<SoakProcess> _workers = [];

    public SoakProcess Host { get; private set; } = null!;

    public IReadOnlyList<SoakProcess> Running => _workers;

    public int HostsKilled { get; private set; }

    public int WorkersKilled { get; private set; }

    public int Stalls { get; private set; }

    public IEnumerable<string> Complaints => _ended.Append(Host).Concat(_workers).SelectMany(one => one.Complaints);

    public async Task StartAsync()
    {
        Host = await SoakProcess.StartHostAsync(socket);
        for (var i = 0; i < Workers; i++)
        {
            _workers.Add(await SoakProcess.StartWorkerAsync(socket, i));
        }
    }

    /// <summary>Kills and stalls until the time is over.</summary>
    /// <param name="until">The end.</param>
    /// <param name="sparesHost">Whether the host and the first worker live on.</param>
    public async Task RageAsync(DateTime until, bool sparesHost)
    {
        while (DateTime.UtcNow < until)
        {
            await Task.Delay(_random.Next(300, 1500), TestContext.Current.CancellationToken);
            switch (_random.Next(10))
            {
                case < 3 when !sparesHost:
                    await RestartHostAsync();
                    break;
                case < 6:
                    await RestartWorkerAsync(_random.Next(sparesHost ? 1 : 0, Workers));
                    break;
                default:
                    await StallAsync();
                    break;
            }
        }
    }

    public async Task RestartHostAsync()
    {
        await Host.Run.KillAsync();
        _ended.Add(Host);
        HostsKilled++;
        Host = await SoakProcess.StartHostAsync(socket);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _ended.Append(Host).Concat(_workers))
        {
            await (process?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private async Task RestartWorkerAsync(int index)
    {
        await _workers[index].Run.KillAsync();
        _ended.Add(_workers[index]);
        WorkersKilled++;
        _workers[index] = await SoakProcess.StartWorkerAsync(socket, _random.Next(1000));
    }

    /// <summary>Mostly shorter than a heartbeat's patience, sometimes longer.</summary>
    private async Task StallAsync()
    {
        var victim = _random.Next(2) == 0 ? Host : _workers[_random.Next(Workers)];
        UnixSignals.Suspend(victim.Run.ProcessId, stops: true);
        await Task.Delay(_random.Next(5) == 0 ? 4000 : _random.Next(50, 800), TestContext.Current.CancellationToken);
        UnixSignals.Suspend(victim.Run.ProcessId, stops: false);
        Stalls++;
    }
}
