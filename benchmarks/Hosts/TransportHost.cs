using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Schema;
using WinApi.Benchmarks.Services;
using WinApi.Transport.HyperV;
using WinApi.V1;

namespace WinApi.Benchmarks.Hosts;

/// <summary>Ours: the same services on <see cref="HyperVServer"/>; only the message limits are lifted.</summary>
internal sealed class TransportHost : IAsyncDisposable
{
    private readonly HyperVServer _server;

    private TransportHost(HyperVServer server) => _server = server;

    public string TcpEndpoint => _server.BoundEndpoints
        .Select(endpoint => endpoint.ToString())
        .First(endpoint => endpoint.StartsWith("tcp:", StringComparison.Ordinal));

    public static TransportHost Start(string socketPath, string? sharedFile)
    {
        var options = new HyperVServerOptions
        {
            MaxReceiveMessageBytes = PayloadSize.LargestMessage,
            MaxSendMessageBytes = PayloadSize.LargestMessage,
            SharedMemoryFile = sharedFile,
        };
        options.Endpoints.Add(TransportEndpoint.Parse($"unix://{socketPath}"));
        options.Endpoints.Add(TransportEndpoint.Parse("tcp://127.0.0.1:0"));

        var server = new HyperVServer(options);
        Echo.BindService(server.Services, new EchoService());
        Exchange.BindService(server.Services, new ExchangeService());
        Streams.BindService(server.Services, new StreamService());
        PerfTest.BindService(server.Services, new PerfExchangeService());
        server.Start();
        return new TransportHost(server);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
