using System.Net;
using System.Net.Sockets;

namespace WinApi.Conformance.Tests;

/// <summary>A server with the test service and the channels to it, on an endpoint of their own.</summary>
internal sealed class Link : IAsyncDisposable
{
    private static int _lastPort = Environment.ProcessId;

    private readonly Bed _bed;
    private readonly Action<HyperVServerOptions>? _serverOptions;
    private readonly Action<HyperVChannelOptions>? _channelOptions;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");
    private readonly List<HyperVChannel> _channels = [];
    private readonly string? _memoryFile;
    private readonly string? _tokenFile;
    private HyperVServer? _server;
    private HyperVChannel? _channel;
    private TestService.TestServiceClient? _client;

    public Link(Bed bed, Action<HyperVServerOptions>? serverOptions, Action<HyperVChannelOptions>? channelOptions,
        bool startsLater)
    {
        _bed = bed;
        _serverOptions = serverOptions;
        _channelOptions = channelOptions;
        _memoryFile = bed.NewMemoryFile();
        _tokenFile = bed.NewTokenFile(_folder.FullName);
        Endpoint = bed.NewEndpoint(_folder.FullName, startsLater ? FreePort() : 0);
    }

    public TransportEndpoint Endpoint { get; private set; }

    public ScriptedService Service { get; } = new();

    private AuthenticationMode Authentication =>
        _tokenFile is null ? AuthenticationMode.Auto : AuthenticationMode.Required;

    public HyperVServer Server => _server ?? throw new InvalidOperationException("The server does not run.");

    /// <summary>The first channel, made when it is first asked for.</summary>
    public HyperVChannel Channel => _channel ??= NewChannel();

    public TestService.TestServiceClient Client => _client ??= new(Channel);

    public void StartServer(Action<HyperVServer>? bind = null)
    {
        var options = new HyperVServerOptions
        {
            SharedMemory = _bed.Memory,
            UseRings = _bed.UsesRings,
            SharedMemoryFile = _memoryFile,
            Authentication = Authentication,
            TokenFile = _tokenFile,
            LoggerFactory = new TestLog("server"),
        };
        options.Endpoints.Add(Endpoint);
        _serverOptions?.Invoke(options);
        _server = new HyperVServer(options);
        TestService.BindService(_server.Services, Service);
        bind?.Invoke(_server);
        _server.Start();
        Endpoint = _server.BoundEndpoints[0];
    }

    public async Task DropServerAsync()
    {
        await Server.DisposeAsync().Soon("the server's disposal");
        _server = null;
    }

    public HyperVChannel NewChannel(Action<HyperVChannelOptions>? more = null)
    {
        var options = new HyperVChannelOptions
        {
            Endpoint = Endpoint,
            SharedMemory = _bed.Memory,
            UseRings = _bed.UsesRings,
            SharedMemoryFile = _memoryFile,
            Authentication = Authentication,
            TokenFile = _tokenFile,
            LoggerFactory = new TestLog("client"),
        };
        _channelOptions?.Invoke(options);
        more?.Invoke(options);
        var channel = new HyperVChannel(options);
        _channels.Add(channel);
        return channel;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
        {
            await channel.DisposeAsync().Soon("a channel's disposal");
        }

        if (_server is not null)
        {
            await DropServerAsync();
        }

        _folder.Delete(recursive: true);
        if (_memoryFile is not null)
        {
            File.Delete(_memoryFile);
        }
    }

    /// <summary>
    /// A port that a server can be started, stopped and started on again: below those that the system hands out,
    /// so that no connection of another test takes it meanwhile.
    /// </summary>
    private static int FreePort()
    {
        while (true)
        {
            var port = 20_000 + (Interlocked.Increment(ref _lastPort) % 10_000);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken by another program: the next one.
            }
        }
    }
}
