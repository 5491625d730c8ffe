using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Peers;
using WinApi.Benchmarks.Workloads;

namespace WinApi.Benchmarks.Rows;

/// <summary>From nothing to the first answer: connect, one small call, close.</summary>
internal static class ConnectionRows
{
    public const string Name = "ConnectionSetUp";
    public const string Raw = "Raw";
    public const string StreamJsonRpc = "StreamJsonRpc";
    public const string AspNetCore = "AspNetCore";

    private const string Group = "connect";

    public static RoundSuite Suite { get; } =
        new(Name, "Connection set-up: connect, one 64 B call, close", Rounds: 5, TimeSpan.FromMilliseconds(400), [.. Rows()]);

    private static IEnumerable<Row> Rows()
    {
        PayloadSize small = PayloadSize.Small;
        yield return Of(Raw, "raw Unix socket, async", HostKind.RawAsync, async host =>
        {
            using var peer = new RawAsyncPeer(host, small);
            await peer.ExchangeAsync();
        });

        foreach (TransportSetup setup in TransportSetup.All)
        {
            yield return Of(setup.Key, $"Transport.HyperV ({setup.Name})", setup.Host, async host =>
            {
                using var peer = new TransportPeer(host, setup, small);
                await peer.Lane().EchoAsync();
            });
        }

        yield return Of(StreamJsonRpc, "StreamJsonRpc", HostKind.StreamJsonRpc, async host =>
        {
            using var peer = new StreamJsonRpcPeer(host);
            await peer.Lane(small).EchoAsync();
        });
        yield return Of(AspNetCore, "Grpc.AspNetCore", HostKind.AspNetCore, async host =>
        {
            using var peer = new AspNetCorePeer(host);
            await peer.Lane(small).EchoAsync();
        });
    }

    private static Row Of(string key, string label, HostKind kind, Func<HostProcess, Task> connectCallAndClose) => new()
    {
        Suite = Name, Group = Group, Key = key, Label = label, Payload = PayloadSize.Small, Host = kind, Floor = Raw,
        Open = hosts =>
        {
            HostProcess host = hosts[kind];
            return new AsyncCalls(Nothing.Instance, () => connectCallAndClose(host));
        },
    };
}
