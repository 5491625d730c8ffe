using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using WinApi.Transport.Http2.Client;
using WinApi.Transport.HyperV;

namespace WinApi.Transport.Http2;

/// <summary>
/// A channel to a host's gRPC endpoint, on this machine or another: <c>new Echo.EchoClient(channel)</c>. Stubs, statuses,
/// metadata, deadlines and buffers are as on a <see cref="HyperVChannel"/>; the bytes of buffers travel with the messages
/// that name them. All members are safe for use by many threads.
/// </summary>
public sealed class Http2Channel : BufferChannel
{
    private readonly GrpcChannel _channel;
    private readonly ClientBuffers _buffers;
    private readonly ConcurrentDictionary<IMethod, IMethod> _methods = new();
    private readonly TimeSpan _connectTimeout;
    private readonly string? _bearer;

    /// <summary>Makes a channel; nothing is connected yet.</summary>
    /// <param name="address">Of a host that was started with <c>WINAPI_GRPC_URL</c>: <c>http://127.0.0.1:5001</c> or <c>https://…</c>.</param>
    /// <param name="options">
    /// Limits, timeouts, logger and token; what is about endpoint, memory and rings does not count. The token goes along, in a form
    /// that is of use for this alone, where <see cref="HyperVChannelOptions.Authentication"/> is Required, and in Auto over https.
    /// </param>
    /// <exception cref="ArgumentException">The address is none of http or https.</exception>
    /// <exception cref="IOException">A token is required, and no file holds one; the message names where it was looked for.</exception>
    public Http2Channel(Uri address, HyperVChannelOptions? options = null)
        : base(Checked(address).ToString())
    {
        options ??= new HyperVChannelOptions();
        _connectTimeout = options.ConnectTimeout;
        _buffers = new ClientBuffers(options.SharedMemoryBytes);
        _bearer = BearerToken.ForClient(address, options);
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                ConnectTimeout = options.ConnectTimeout,
                EnableMultipleHttp2Connections = true,
                KeepAlivePingDelay = options.HeartbeatInterval,
                KeepAlivePingTimeout = options.HeartbeatTimeout,
            },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = PayloadLimit.Bytes(options.MaxReceiveMessageBytes, options.SharedMemoryBytes / 2),
            MaxSendMessageSize = PayloadLimit.Bytes(options.MaxSendMessageBytes, options.SharedMemoryBytes / 2),
            LoggerFactory = options.LoggerFactory,
        });
    }

    /// <inheritdoc/>
    public override CallInvoker CreateCallInvoker() =>
        new Http2CallInvoker(_channel.CreateCallInvoker(), _buffers, _methods, _bearer);

    /// <summary>Connects now, if not connected.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: the message names the address and what to check.</exception>
    public override async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_connectTimeout);
        var connecting = _channel.ConnectAsync(limit.Token);
        try
        {
            for (var state = _channel.State; state != ConnectivityState.Ready; state = _channel.State)
            {
                if (state == ConnectivityState.TransientFailure)
                {
                    throw new RpcException(new Status(StatusCode.Unavailable, NobodyAnswers));
                }

                await _channel.WaitForStateChangedAsync(state, limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, $"{NobodyAnswers} (waited {_connectTimeout.TotalSeconds:0.#} s)"));
        }
        finally
        {
            await limit.CancelAsync().ConfigureAwait(false);
            await connecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<SharedBuffer> RentBufferAsync(int length, CancellationToken cancellationToken = default) =>
        _buffers.Rented.RentAsync(length, cancellationToken);

    /// <inheritdoc/>
    public override SharedBuffer OpenBuffer(BufferRef reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return _buffers.Open(reference);
    }

    /// <inheritdoc/>
    protected override async Task ShutdownAsyncCore()
    {
        _buffers.Close();
        await _channel.ShutdownAsync().ConfigureAwait(false);
        _channel.Dispose();
    }

    private string NobodyAnswers =>
        $"no host answers gRPC at {Target}: start one with WINAPI_GRPC_URL={Target} (or --grpc-url), and check the name, the port and firewalls";

    private static Uri Checked(Uri address) =>
        address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) ? address
            : throw new ArgumentException($"'{address}' is not an http:// or https:// address", nameof(address));
}
