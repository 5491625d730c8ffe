using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Peers;
using WinApi.Benchmarks.Workloads;

namespace WinApi.Benchmarks.Rows;

/// <summary>Single small calls, one after another: how long each takes, and what it costs in time and memory.</summary>
internal static class LatencyRows
{
    public const string Name = "Latency";
    public const string Group = "64 B";

    public const string RawAsync = "RawAsync";
    public const string RawBlocking = "RawBlocking";
    public const string RawPolling = "RawPolling";
    public const string SpinningMemory = "SpinningMemory";
    public const string Messages = "Messages";
    public const string AspNetCore = "AspNetCoreAsync";
    public const string StreamJsonRpc = "StreamJsonRpcAsync";

    public static RoundSuite Suite { get; } =
        new(Name, "Latency of single calls, 64 B", Rounds: 7, TimeSpan.FromMilliseconds(800), [.. Rows()]);

    public static string TransportAsync(TransportSetup setup) => $"{setup.Key}Async";

    public static string TransportBlocking(TransportSetup setup) => $"{setup.Key}Blocking";

    /// <summary>By reference, 4 MiB, beside the small call that it may cost little more than.</summary>
    public static string ByReference(TransportSetup setup) => $"{setup.Key}ByReference4MiB";

    private static IEnumerable<Row> Rows()
    {
        PayloadSize small = PayloadSize.Small;
        yield return Of(RawAsync, "raw Unix socket, async", HostKind.RawAsync, hosts =>
        {
            var peer = new RawAsyncPeer(hosts[HostKind.RawAsync], small);
            return new AsyncCalls(peer, peer.ExchangeAsync);
        });
        yield return Of(RawBlocking, "raw Unix socket, blocking", HostKind.RawBlocking, hosts =>
        {
            var peer = new RawBlockingPeer(hosts[HostKind.RawBlocking], small, RawWait.Receive);
            return new BlockingCalls(peer, peer.Exchange);
        });
        yield return Of(RawPolling, "raw Unix socket, poll then receive", HostKind.RawPolling, hosts =>
        {
            var peer = new RawBlockingPeer(hosts[HostKind.RawPolling], small, RawWait.Poll);
            return new BlockingCalls(peer, peer.Exchange);
        });
        yield return Of(SpinningMemory, "raw shared memory, spinning", HostKind.SpinningMemory, hosts =>
        {
            var peer = new SpinningMemoryPeer(hosts[HostKind.SpinningMemory], small);
            return new BlockingCalls(peer, peer.InPlace);
        });
        foreach (Row row in TransportSetup.Usual.SelectMany(OfTransport))
        {
            yield return row;
        }

        yield return Of(StreamJsonRpc, "StreamJsonRpc, async", HostKind.StreamJsonRpc, hosts =>
        {
            var peer = new StreamJsonRpcPeer(hosts[HostKind.StreamJsonRpc]);
            return new AsyncCalls(peer, peer.Lane(small).EchoAsync);
        });
        yield return Of(AspNetCore, "Grpc.AspNetCore, async", HostKind.AspNetCore, hosts =>
        {
            var peer = new AspNetCorePeer(hosts[HostKind.AspNetCore]);
            return new AsyncCalls(peer, peer.Lane(small).EchoAsync);
        });
        yield return Of("AspNetCoreBlocking", "Grpc.AspNetCore, blocking", HostKind.AspNetCore, hosts =>
        {
            var peer = new AspNetCorePeer(hosts[HostKind.AspNetCore]);
            return new BlockingCalls(peer, peer.Lane(small).Echo);
        });
        yield return Of(Messages, "the messages alone, no transport", host: null, _ =>
        {
            var peer = new LocalPeer(small);
            return new BlockingCalls(peer, peer.Messages);
        });
    }

    private static IEnumerable<Row> OfTransport(TransportSetup setup)
    {
        PayloadSize small = PayloadSize.Small;
        yield return Of(TransportAsync(setup), $"Transport.HyperV ({setup.Name}), async", setup.Host, hosts =>
        {
            var peer = new TransportPeer(hosts[setup.Host], setup, small);
            return new AsyncCalls(peer, peer.Lane().EchoAsync);
        });
        yield return Of(TransportBlocking(setup), $"Transport.HyperV ({setup.Name}), blocking", setup.Host, hosts =>
        {
            var peer = new TransportPeer(hosts[setup.Host], setup, small);
            return new BlockingCalls(peer, peer.Lane().Echo);
        });
        yield return Of(ByReference(setup), $"Transport.HyperV ({setup.Name}), 4 MiB by reference, untouched", setup.Host, hosts =>
        {
            var peer = new TransportPeer(hosts[setup.Host], setup, PayloadSize.FourMebibytes);
            return new AsyncCalls(peer, peer.OpenAsync);
        });
    }

    private static Row Of(string key, string label, HostKind? host, Func<HostSet, IWorkload> open) => new()
    {
        Suite = Name, Group = Group, Key = key, Label = label, Payload = PayloadSize.Small, Host = host, Open = open,
        Floor = IsBlocking(key) ? RawBlocking : RawAsync,
    };

    private static bool IsBlocking(string key) => key == RawPolling || key.EndsWith("Blocking", StringComparison.Ordinal);
}
