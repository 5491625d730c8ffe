namespace WinApi.Server.Tests;

/// <summary>What tests of the host share: a host each, and channels to it.</summary>
public abstract class HostTest : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        for (var index = _owned.Count - 1; index >= 0; index--)
        {
            await _owned[index].DisposeAsync();
        }
    }

    private protected async Task<HostRun> StartHostAsync(params string[] options) =>
        Own(await HostRun.StartAsync(options));

    private protected ProgramRun StartProgram(
        IEnumerable<string> arguments, params (string Name, string Value)[] environment) =>
        Own(ProgramRun.Start(ProgramPaths.Host, arguments, environment));

    private protected ProgramRun StartCommand(
        string path, IEnumerable<string> arguments, params (string Name, string Value)[] environment) =>
        Own(ProgramRun.Start(path, arguments, environment));

    /// <summary>Only the end of its socket tells this channel that the host is gone: it has no heartbeat.</summary>
    protected HyperVChannel Connect(string endpoint) => Own(new HyperVChannel(new HyperVChannelOptions
    {
        Endpoint = TransportEndpoint.Parse(endpoint),
        HeartbeatInterval = TimeSpan.FromMinutes(10),
        HeartbeatTimeout = TimeSpan.FromMinutes(20),
    }));

    protected DirectoryInfo NewFolder() => Own(new TemporaryFolder()).Folder;

    private protected T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    private sealed class TemporaryFolder : IAsyncDisposable
    {
        public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("winapi-");

        public ValueTask DisposeAsync()
        {
            Folder.Delete(recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
