using WinApi.Transport.Http2;

namespace WinApi.Conformance.Tests.Http2;

/// <summary>One service, and one client of it, over either transport: only the channel is opened otherwise.</summary>
public abstract class EitherTransportTest : IAsyncDisposable
{
    private Link? _link;
    private Http2Host? _host;
    private BufferChannel? _channel;

    public static TheoryData<string> Transports => ["Hyper-V", "HTTP/2"];

    private protected ScriptedService Service { get; private set; } = new();

    private protected BufferChannel Channel => _channel!;

    private protected TestService.TestServiceClient Client => new(Channel);

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await Channel.DisposeAsync();
            await _host.DisposeAsync();
        }

        if (_link is not null)
        {
            await _link.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private protected async Task StartAsync(string transport)
    {
        if (transport == "HTTP/2")
        {
            _host = await Http2Host.StartAsync(Service);
            _channel = WinApiChannel.Open(_host.Address.ToString(), new HyperVChannelOptions { LoggerFactory = new TestLog("client") });
            return;
        }

        _link = new Link(Bed.UnixInline, serverOptions: null, channelOptions: null, startsLater: false);
        _link.StartServer();
        Service = _link.Service;
        _channel = _link.Channel;
    }
}
