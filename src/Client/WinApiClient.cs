using Grpc.Core;
using WinApi.Transport.Http2;
using WinApi.Transport.HyperV;
using WinApi.V1;

namespace WinApi.Client;

/// <summary>
/// A connection to the WinAPI host with the typed stubs of its services. It connects at the first call, or when
/// <see cref="ConnectAsync"/> is called. Safe for use by many threads at once; make one and keep it.
/// </summary>
/// <example>
/// <code>
/// await using var client = new WinApiClient();
/// var reply = await client.Echo.UnaryEchoAsync(new EchoRequest { Text = "hello" });
///
/// using var buffer = await client.RentBufferAsync(1 &lt;&lt; 20);
/// await client.BufferTest.RunAsync(new BufferTestRequest
/// {
///     Buffers = { buffer.Reference }, Operation = BufferOperation.Write, Pattern = 0xAABBCCDD,
/// });
/// </code>
/// </example>
public sealed class WinApiClient : IDisposable, IAsyncDisposable
{
    /// <summary>Creates a client; nothing is sent yet.</summary>
    /// <param name="options">
    /// Where to connect and the limits. By default the endpoint is the one in <c>WINAPI_ENDPOINT</c>, which may be an
    /// <c>http://</c> or <c>https://</c> address of gRPC, else <see cref="TransportEndpoint.DefaultForClient"/>.
    /// </param>
    public WinApiClient(HyperVChannelOptions? options = null)
        : this(WinApiChannel.Open(endpoint: null, options))
    {
    }

    /// <summary>Creates a client over a channel, which it closes in the end.</summary>
    public WinApiClient(BufferChannel channel)
    {
        Channel = channel;
        Echo = new Echo.EchoClient(Channel);
        BufferTest = new BufferTest.BufferTestClient(Channel);
        PerfTest = new PerfTest.PerfTestClient(Channel);
        Clipboard = new Clipboard.ClipboardClient(Channel);
        Secrets = new Secrets.SecretsClient(Channel);
        Screen = new Screen.ScreenClient(Channel);
        Registry = new Registry.RegistryClient(Channel);
    }

    /// <summary>The channel, for stubs of your own services and for interceptors.</summary>
    public BufferChannel Channel { get; }

    /// <summary>Says back what it hears.</summary>
    public Echo.EchoClient Echo { get; }

    /// <summary>Works on buffers in shared memory.</summary>
    public BufferTest.BufferTestClient BufferTest { get; }

    /// <summary>Measures the connection.</summary>
    public PerfTest.PerfTestClient PerfTest { get; }

    /// <summary>The clipboard of Windows.</summary>
    public Clipboard.ClipboardClient Clipboard { get; }

    /// <summary>Protects bytes with the data protection API of Windows.</summary>
    public Secrets.SecretsClient Secrets { get; }

    /// <summary>Pictures of the desktop of Windows, by reference.</summary>
    public Screen.ScreenClient Screen { get; }

    /// <summary>Reads the registry of Windows.</summary>
    public Registry.RegistryClient Registry { get; }

    /// <summary>Creates a client of the host at an endpoint, with defaults for all else.</summary>
    /// <param name="endpoint">For instance <c>unix:///run/winapi/winapi.sock</c>, or <c>https://server:5001</c> for gRPC.</param>
    /// <exception cref="FormatException">The text is not an endpoint; the message says what is wrong.</exception>
    public static WinApiClient ForEndpoint(string endpoint) =>
        new(WinApiChannel.Open(endpoint));

    /// <inheritdoc cref="BufferChannel.ConnectAsync" />
    /// <exception cref="RpcException">UNAVAILABLE: no host answered; the message says where and what to check.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken = default) => Channel.ConnectAsync(cancellationToken);

    /// <inheritdoc cref="BufferChannel.RentBufferAsync" />
    public ValueTask<SharedBuffer> RentBufferAsync(int length, CancellationToken cancellationToken = default) =>
        Channel.RentBufferAsync(length, cancellationToken);

    /// <inheritdoc cref="BufferChannel.OpenBuffer" />
    public SharedBuffer OpenBuffer(BufferRef reference) => Channel.OpenBuffer(reference);

    /// <summary>Closes the connection; running calls end with UNAVAILABLE.</summary>
    public void Dispose() => Channel.Dispose();

    /// <inheritdoc cref="Dispose" />
    public ValueTask DisposeAsync() => Channel.DisposeAsync();
}
