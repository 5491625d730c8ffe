using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Peers;
using WinApi.Benchmarks.Workloads;

namespace WinApi.Benchmarks.Rows;

/// <summary>Small calls, several at once on one connection: how many a second.</summary>
internal static class ThroughputRows
{
    public const string Name = "Throughput";

    public const string RawAsync = "RawAsync";
    public const string RawBlocking = "RawBlocking";
    public const string AspNetCore = "AspNetCore";
    public const string StreamJsonRpc = "StreamJsonRpc";

    private static readonly int[] Levels = [1, 4, 16, 64];

    public static RoundSuite Suite { get; } =
        new(Name, "Throughput, 64 B, by calls in flight", Rounds: 5, TimeSpan.FromMilliseconds(700), [.. Levels.SelectMany(Rows)]);

    public static string GroupOf(int inFlight) => $"{inFlight} in flight";

    private static IEnumerable<Row> Rows(int inFlight)
    {
        yield return Of(inFlight, RawAsync, "raw Unix socket, async", HostKind.RawAsync, hosts =>
            new PipelinedMessages(new RawPipelinePeer(hosts[HostKind.RawAsync], PayloadSize.Small, inFlight)));
        if (inFlight == 1)
        {
            yield return Of(inFlight, RawBlocking, "raw Unix socket, blocking", HostKind.RawBlocking, hosts =>
            {
                var peer = new RawBlockingPeer(hosts[HostKind.RawBlocking], PayloadSize.Small, RawWait.Receive);
                return new BlockingCalls(peer, peer.Exchange);
            });
        }

        foreach (TransportSetup setup in TransportSetup.Usual)
        {
            yield return Of(inFlight, setup.Key, $"Transport.HyperV ({setup.Name})", setup.Host, hosts =>
            {
                var peer = new TransportPeer(hosts[setup.Host], setup, PayloadSize.Small);
                return new AsyncCalls(peer, Lanes(inFlight, () => peer.Lane().EchoAsync));
            });
        }

        yield return Of(inFlight, StreamJsonRpc, "StreamJsonRpc", HostKind.StreamJsonRpc, hosts =>
        {
            var peer = new StreamJsonRpcPeer(hosts[HostKind.StreamJsonRpc]);
            return new AsyncCalls(peer, Lanes(inFlight, () => peer.Lane(PayloadSize.Small).EchoAsync));
        });
        yield return Of(inFlight, AspNetCore, "Grpc.AspNetCore", HostKind.AspNetCore, hosts =>
        {
            var peer = new AspNetCorePeer(hosts[HostKind.AspNetCore]);
            return new AsyncCalls(peer, Lanes(inFlight, () => peer.Lane(PayloadSize.Small).EchoAsync));
        });
    }

    private static Func<Task>[] Lanes(int count, Func<Func<Task>> lane) =>
        [.. Enumerable.Range(0, count).Select(_ => lane())];

    private static Row Of(int inFlight, string key, string label, HostKind host, Func<HostSet, IWorkload> open) => new()
    {
        Suite = Name, Group = GroupOf(inFlight), Key = key, Label = label,
        Payload = PayloadSize.Small, Host = host, InFlight = inFlight, Open = open,
        Floor = RawAsync,
    };
}
