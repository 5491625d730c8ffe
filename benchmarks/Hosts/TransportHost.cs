using WinApi.Benchmarks.Schema;
using WinApi.Benchmarks.Services;
using WinApi.Transport.HyperV;
using WinApi.V1;

namespace WinApi.Benchmarks.Hosts;

/// <summary>Ours: the same services on <see cref="HyperVServer"/>, with default options.</summary>
internal static class TransportHost
{
    public static HyperVServer Start(string socketPath)
    {
        var options = new HyperVServerOptions();
        options.Endpoints.Add(TransportEndpoint.Parse($"unix://{socketPath}"));

        var server = new HyperVServer(options);
        Echo.BindService(server.Services, new EchoService());
        Exchange.BindService(server.Services, new ExchangeService());
        server.Start();
        return server;
    }
}
