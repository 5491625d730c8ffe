using Grpc.Core;
using Microsoft.Extensions.Logging;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Diagnostics;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Memory.Backends;

namespace WinApi.Transport.HyperV;

/// <summary>
/// A channel to a host: <c>new Echo.EchoClient(channel)</c>. Connects when the first call needs it, and again after
/// the connection was lost. All members are safe for use by many threads; calls run side by side on one connection.
/// </summary>
public sealed class HyperVChannel : BufferChannel
{
    private readonly Connector _connector;

    /// <summary>Makes a channel; nothing is connected yet.</summary>
    /// <exception cref="ArgumentException">An option has a value that cannot work; the message names it.</exception>
    /// <exception cref="FormatException">
    /// The default endpoint is asked for and WINAPI_ENDPOINT or WINAPI_SOCKET_PORT is bad; or WINAPI_LOG_LEVEL is, where no
    /// logger is given.
    /// </exception>
    public HyperVChannel(HyperVChannelOptions options)
        : this(options, options.Endpoint ?? TransportEndpoint.DefaultForClient)
    {
    }

    internal HyperVChannel(HyperVChannelOptions options, TransportEndpoint endpoint)
        : base(endpoint.ToString())
    {
        var layout = MappingLayout.Split(options.SharedMemoryBytes);
        if (options.SharedMemoryBytes <= 0 || !layout.IsValid(MappingLayout.MaxBytes))
        {
            throw new ArgumentException(
                $"SharedMemoryBytes is {options.SharedMemoryBytes}; it must be more than 0 and under 2 GiB");
        }

        _connector = new Connector(endpoint, options.ConnectTimeout, new ConnectionSettings
        {
            MemoryBackends = MemoryBackends.For(options.SharedMemory, options.SharedMemoryFile, newFileBytes: 0),
            Authentication = options.Authentication,
            TokenFile = options.TokenFile,
            Layout = layout,
            UseRings = options.UseRings,
            SpinTime = options.SpinTime,
            InlineThreshold = options.InlineThreshold,
            MaxReceiveMessageBytes = options.MaxReceiveMessageBytes,
            MaxSendMessageBytes = options.MaxSendMessageBytes,
            MaxMetadataBytes = options.MaxMetadataBytes,
            StreamWindowBytes = options.StreamWindowBytes,
            HeartbeatInterval = options.HeartbeatInterval,
            HeartbeatTimeout = options.HeartbeatTimeout,
            Logger = options.LoggerFactory?.CreateLogger<HyperVChannel>() ?? EnvironmentLog.Open(),
        });
    }

    /// <summary>Where the channel stands with its connection.</summary>
    public ChannelState State => _connector.State;

    /// <summary>What was agreed on the connection in use; null while there is none.</summary>
    public override ConnectionInfo? Connection => _connector.Current is { } connection
        ? connection.Describe(_connector.Endpoint) : null;

    /// <summary>A channel to an endpoint in its text form, all else by default.</summary>
    /// <exception cref="FormatException">The text is not an endpoint; the message says why.</exception>
    public static HyperVChannel ForEndpoint(string endpoint) =>
        new(new HyperVChannelOptions { Endpoint = TransportEndpoint.Parse(endpoint) });

    /// <inheritdoc/>
    public override CallInvoker CreateCallInvoker() => new HyperVCallInvoker(_connector);

    /// <summary>Connects now, if not connected.</summary>
    /// <exception cref="RpcException">
    /// UNAVAILABLE: the message names the endpoint and what to check. UNAUTHENTICATED: it names the token files looked at.
    /// </exception>
    public override async Task ConnectAsync(CancellationToken cancellationToken = default) =>
        await _connector.GetAsync(waitForReady: false, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Rents so many bytes of the client's region, to pass by reference in calls on this channel; connects if need
    /// be. While the region is full, waits until calls end or buffers are disposed. The bytes are not cleared.
    /// </summary>
    /// <exception cref="RpcException">
    /// RESOURCE_EXHAUSTED: more than the region has. UNAVAILABLE: no host, or the connection ended while waiting.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token fired while waiting.</exception>
    public override async ValueTask<SharedBuffer> RentBufferAsync(int length, CancellationToken cancellationToken = default)
    {
        var connection = await _connector.GetAsync(waitForReady: false, cancellationToken).ConfigureAwait(false);
        return await connection.RentBufferAsync(length, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Opens a buffer that the host lent in a reply. Dispose it to give it back: until then it takes up room in the
    /// host's region, opened or not.
    /// </summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: it was not lent on this connection, or is given back already.</exception>
    public override SharedBuffer OpenBuffer(BufferRef reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return _connector.Current is { } connection
            && connection.Borrowed.TryOpen(reference, BufferAccess.ReadWrite, out var buffer)
            ? buffer
            : throw new RpcException(new Status(StatusCode.InvalidArgument,
                $"the buffer with lease {reference.Lease} ({reference.Length} bytes at {reference.Offset}) is not lent to "
                + "this client: it was given back, the connection has ended, or the reference was made by hand"));
    }

    /// <inheritdoc/>
    protected override Task ShutdownAsyncCore() => _connector.CloseAsync();
}
