using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Connections.Auditing;
using WinApi.Transport.HyperV.Connections.Authentication;
using WinApi.Transport.HyperV.Memory.Backends;
using WinApi.Transport.HyperV.Server;

namespace WinApi.Transport.HyperV;

/// <summary>
/// Serves the services bound to it: <c>Echo.BindService(server.Services, new EchoService())</c>, then
/// <see cref="Start"/>. Members are safe for use by many threads; Start and StopAsync are each for one call.
/// </summary>
public sealed class HyperVServer : IAsyncDisposable
{
    private const int Backlog = 256;

    private readonly HyperVServerOptions _options;
    private readonly ConnectionSettings _settings;
    private readonly HyperVServiceBinder _services;
    private readonly ConnectionAcceptor _acceptor;
    private readonly List<EndpointListener> _listeners = [];
    private readonly List<Task> _accepting = [];
    private readonly CancellationTokenSource _stopping = new();
    private int _stopped;

    /// <summary>Makes a server; nothing listens yet.</summary>
    public HyperVServer(HyperVServerOptions options)
    {
        _options = options;
        _services = new HyperVServiceBinder(options.Interceptors);
        ILoggerFactory loggers = options.LoggerFactory ?? NullLoggerFactory.Instance;
        _settings = new ConnectionSettings
        {
            TellsErrors = options.EnableDetailedErrors,
            MemoryBackends = MemoryBackends.For(options.SharedMemory, options.SharedMemoryFile, options.MaxSharedMemoryBytes),
            Authentication = options.Authentication,
            MaxSharedMemoryBytes = options.MaxSharedMemoryBytes,
            UseRings = options.UseRings,
            SpinTime = options.SpinTime,
            InlineThreshold = options.InlineThreshold,
            MaxReceiveMessageBytes = options.MaxReceiveMessageBytes,
            MaxSendMessageBytes = options.MaxSendMessageBytes,
            MaxMetadataBytes = options.MaxMetadataBytes,
            StreamWindowBytes = options.StreamWindowBytes,
            MaxConcurrentCalls = options.MaxConcurrentCallsPerConnection,
            HeartbeatInterval = options.HeartbeatInterval,
            HeartbeatTimeout = options.HeartbeatTimeout,
            NewLimits = new ServerLimits(options).ForConnection,
            Authorize = options.Authorize,
            Audit = new AuditLog(
                loggers.CreateLogger(AuditLog.Category), options.MaxAuditEntriesPerMinute, AuditLog.UsualWindow),
            Logger = loggers.CreateLogger<HyperVServer>(),
        };
        _acceptor = new ConnectionAcceptor(options, _settings, _services);
    }

    /// <summary>Bind services here, before <see cref="Start"/>.</summary>
    public ServiceBinderBase Services => _services;

    /// <summary>
    /// Where the server listens, as bound: a port of 0 has become a real one, and <c>auto</c> the id of the VM while
    /// one runs. Empty before Start.
    /// </summary>
    public IReadOnlyList<TransportEndpoint> BoundEndpoints => [.. _listeners.Select(listener => listener.Endpoint)];

    /// <summary>The file with the token that clients must know; null where none is asked for, and before Start.</summary>
    public string? TokenFilePath { get; private set; }

    /// <summary>How many clients are connected.</summary>
    public int ConnectionCount => _acceptor.Count;

    /// <summary>Starts to listen on every endpoint; where one fails, none is left listening.</summary>
    /// <exception cref="EndpointInUseException">Another process listens on an endpoint.</exception>
    /// <exception cref="IOException">
    /// An endpoint cannot be listened on, or the token file cannot be used; the message says why.
    /// </exception>
    /// <exception cref="FormatException">The default endpoints are asked for and a variable that names them is bad.</exception>
    public void Start()
    {
        IReadOnlyList<TransportEndpoint> endpoints =
            _options.Endpoints.Count > 0 ? [.. _options.Endpoints] : TransportEndpoint.DefaultsForHost;
        if (endpoints.Any(_settings.RequiresToken))
        {
            TokenFilePath = _options.TokenFile ?? TokenFile.HostPath;
            _acceptor.Token = TokenFile.LoadOrCreate(TokenFilePath);
            _acceptor.TokenName = Path.GetFileName(TokenFilePath);
        }

        try
        {
            foreach (var endpoint in endpoints)
            {
                _listeners.Add(endpoint.ForVirtualMachine(_options.VirtualMachineId).Listen(Backlog, _settings.Logger));
            }
        }
        catch
        {
            _listeners.ForEach(listener => listener.Dispose());
            _listeners.Clear();
            throw;
        }

        _accepting.AddRange(_listeners.Select(listener => _acceptor.AcceptAllAsync(listener, _stopping.Token)));
    }

    /// <summary>
    /// Takes no new connections and calls, waits for the running calls to end, then closes all connections. When the
    /// token fires, the calls still running are cancelled and end with UNAVAILABLE.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }

        _acceptor.SayGoodbye();
        await _stopping.CancelAsync().ConfigureAwait(false);
        _listeners.ForEach(listener => listener.Dispose());
        await Task.WhenAll(_accepting).ConfigureAwait(false);
        await _acceptor.CloseAsync(cancellationToken).ConfigureAwait(false);
        _settings.Audit?.Dispose();
        foreach (var backend in _settings.MemoryBackends)
        {
            backend.Dispose();
        }
    }

    /// <summary>Stops without waiting for running calls; they end with UNAVAILABLE.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        _stopping.Dispose();
    }
}
