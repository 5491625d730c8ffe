using Grpc.Core;
using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Peers;
using WinApi.Benchmarks.Workloads;

namespace WinApi.Benchmarks.Rows;

/// <summary>Many messages in one call, one way.</summary>
internal static class StreamingRows
{
    public const string Name = "Streaming";
    public const string Raw = "Raw";
    public const string StreamJsonRpc = "StreamJsonRpc";
    public const string AspNetCore = "AspNetCore";

    private static readonly PayloadSize[] Payloads = [PayloadSize.Small, PayloadSize.SixtyFourKibibytes];
    private static readonly bool[] Directions = [true, false];

    public static RoundSuite Suite { get; } =
        new(Name, "Streaming", Rounds: 5, TimeSpan.FromMilliseconds(700), [.. AllRows()]);

    public static string GroupOf(bool down, PayloadSize payload) => $"{(down ? "down" : "up")} {payload}";

    private static IEnumerable<Row> AllRows() =>
        from payload in Payloads
        from down in Directions
        from row in Rows(down, payload)
        select row;

    private static IEnumerable<Row> Rows(bool down, PayloadSize payload)
    {
        yield return Of(down, payload, Raw, "raw Unix socket, async", HostKind.RawStream, hosts =>
        {
            var peer = new RawStreamPeer(hosts[HostKind.RawStream], payload);
            return new Streaming(peer, down ? peer.DownAsync : peer.UpAsync);
        });
        foreach (TransportSetup setup in TransportSetup.Usual)
        {
            yield return Of(down, payload, setup.Key, $"Transport.HyperV ({setup.Name})", setup.Host, hosts =>
            {
                var peer = new TransportPeer(hosts[setup.Host], setup, payload);
                return StreamsOf(peer, peer.Invoker, down, payload);
            });
        }

        yield return Of(down, payload, StreamJsonRpc, "StreamJsonRpc", HostKind.StreamJsonRpc, hosts =>
        {
            var peer = new StreamJsonRpcPeer(hosts[HostKind.StreamJsonRpc]);
            var lane = new JsonRpcStreamLane(peer.Proxy, payload);
            return new Streaming(peer, down ? lane.DownAsync : lane.UpAsync);
        });
        yield return Of(down, payload, AspNetCore, "Grpc.AspNetCore", HostKind.AspNetCore, hosts =>
        {
            var peer = new AspNetCorePeer(hosts[HostKind.AspNetCore]);
            return StreamsOf(peer, peer.Invoker, down, payload);
        });
    }

    private static Streaming StreamsOf(IDisposable peer, CallInvoker invoker, bool down, PayloadSize payload)
    {
        var lane = new StreamLane(invoker, payload);
        return new Streaming(peer, down ? lane.DownAsync : lane.UpAsync);
    }

    private static Row Of(
        bool down, PayloadSize payload, string key, string label, HostKind host, Func<HostSet, IWorkload> open) => new()
    {
        Suite = Name, Group = GroupOf(down, payload), Key = key, Label = label,
        Payload = payload, Host = host, Open = open, Floor = Raw,
    };
}
