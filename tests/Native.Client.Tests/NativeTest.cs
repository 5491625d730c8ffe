namespace WinApi.Native.Client.Tests;

/// <summary>A test with the real host and C programs.</summary>
public abstract class NativeTest : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _running = [];

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libwinapi is for Linux.");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var running in Enumerable.Reverse(_running))
        {
            await running.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    internal async Task<HostRun> StartHostAsync(params string[] options)
    {
        var host = await HostRun.StartAsync(options);
        _running.Add(host);
        return host;
    }

    internal NativeProgram Start(string build, string program, params string[] arguments)
    {
        var run = NativeProgram.Start(Path.Combine(build, program), arguments);
        _running.Add(run);
        return run;
    }

    internal ProgramRun StartHost(IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var host = ProgramRun.Start(ProgramPaths.Host, arguments, environment);
        _running.Add(host);
        return host;
    }

    /// <summary>Runs a program to its end, with an environment of its own.</summary>
    internal static async Task<NativeProgram> RunAsync(
        string path, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        await using var run = NativeProgram.Start(path, arguments, environment);
        await run.EndsAsync();
        return run;
    }

    internal NativeProgram StartAt(string path, params (string Name, string Value)[] environment)
    {
        var run = NativeProgram.Start(path, [], environment);
        _running.Add(run);
        return run;
    }
}
