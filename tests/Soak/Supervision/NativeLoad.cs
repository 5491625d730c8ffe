namespace WinApi.Soak.Tests;

/// <summary>The C client against the real host, again and again: whole runs, and runs that are killed.</summary>
internal sealed class NativeLoad(HostRun host, string client)
{
    /// <summary>Beside all the other load a run takes some seconds; on a busy machine it was more than half a minute.</summary>
    private static readonly TimeSpan s_wholeRun = TimeSpan.FromMinutes(2);

    public int Runs { get; private set; }

    public int Killed { get; private set; }

    public static string? Client =>
        Environment.GetEnvironmentVariable("WINAPI_TEST_NATIVE_CLIENT") is { Length: > 0 } path && File.Exists(path) ? path : null;

    /// <summary>The host's sockets and mappings, once it has served some clients.</summary>
    public int DescriptorsBefore { get; private set; }

    /// <summary>The host's, once it has seen that the killed clients are gone.</summary>
    public async Task<int> DescriptorsAtRestAsync()
    {
        for (var tries = 0; tries < 300 && Descriptors > DescriptorsBefore; tries++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        return Descriptors;
    }

    /// <summary>What connections hold; the libraries that a host loads one after the other are files too.</summary>
    private int Descriptors => new DirectoryInfo($"/proc/{host.Program.ProcessId}/fd").GetFiles()
        .Count(file => file.LinkTarget is { } target && (target.StartsWith("socket:", StringComparison.Ordinal)
            || target.EndsWith(" (deleted)", StringComparison.Ordinal)));

    public async Task RunAsync(DateTime until)
    {
        var random = new Random(1);
        for (var i = 0; DateTime.UtcNow < until; i++)
        {
            DescriptorsBefore = i == 6 ? Descriptors : DescriptorsBefore;
            await using var run = Start();
            if (i > 5 && random.Next(3) == 0)
            {
                await KillAsync(run, random.Next(300));
            }
            else
            {
                await run.Succeeds(s_wholeRun);
                Runs++;
            }
        }
    }

    /// <summary>Whole runs, and then runs that are killed, as many as that.</summary>
    public async Task KillAsync(int times)
    {
        var random = new Random(2);
        await RunWholeAsync(6);
        DescriptorsBefore = Descriptors;
        while (Killed < times)
        {
            await using var run = Start();
            await KillAsync(run, random.Next(300));
        }

        await RunWholeAsync(1);
    }

    private ProgramRun Start() => ProgramRun.Start(client, ["--integration"], ("WINAPI_ENDPOINT", host.Endpoint));

    private async Task RunWholeAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await using var run = Start();
            await run.Succeeds(s_wholeRun);
            Runs++;
        }
    }

    private async Task KillAsync(ProgramRun run, int milliseconds)
    {
        await Task.Delay(milliseconds, TestContext.Current.CancellationToken);
        await run.KillAsync();
        Killed++;
    }
}
