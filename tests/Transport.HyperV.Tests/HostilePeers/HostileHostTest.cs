using Microsoft.Extensions.Logging.Abstractions;

namespace WinApi.Transport.HyperV.Tests.HostilePeers;

/// <summary>A client, and the endpoint where a test takes its connections in a host's place.</summary>
public abstract class HostileHostTest : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");

    /// <param name="configure">Changes the client's options.</param>
    protected HostileHostTest(Action<HyperVChannelOptions>? configure = null)
    {
        var endpoint = TransportEndpoint.Parse($"unix://{_folder.FullName}/host.sock");
        Listener = endpoint.Listen(10, NullLogger.Instance);
        var options = new HyperVChannelOptions { Endpoint = endpoint, SharedMemoryBytes = 1 << 20 };
        configure?.Invoke(options);
        Channel = new HyperVChannel(options);
        Client = new Target.TargetClient(Channel);
    }

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected EndpointListener Listener { get; }

    protected HyperVChannel Channel { get; }

    protected Target.TargetClient Client { get; }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync().AsTask().Soon("the channel's end");
        Listener.Dispose();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }
}
