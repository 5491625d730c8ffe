using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Peers;
using WinApi.Benchmarks.Workloads;

namespace WinApi.Benchmarks.Rows;

/// <summary>As many bytes there as back, from 64 B to 64 MiB, in every way that this machine has.</summary>
internal static class LadderRows
{
    public const string Name = "Ladder";

    public const string Copy = "MemoryCopy";
    public const string Raw = "RawAsync";
    public const string RawPolling = "RawPolling";
    public const string StreamJsonRpc = "StreamJsonRpc";
    public const string AspNetCore = "AspNetCore";

    public static RoundSuite Suite { get; } = new(
        Name, "Payload ladder: as many bytes there as back", Rounds: 3, TimeSpan.FromMilliseconds(300),
        [.. PayloadSize.Ladder.SelectMany(Rows)]);

    public static string Message(TransportSetup setup) => $"{setup.Key}Message";

    public static string InPlace(TransportSetup setup) => $"{setup.Key}InPlace";

    public static string Untouched(TransportSetup setup) => $"{setup.Key}Untouched";

    private static IEnumerable<Row> Rows(PayloadSize payload)
    {
        yield return OfLocal(payload, Copy, "memory copy there and back, in one thread", peer => peer.Copy);
        yield return OfLocal(payload, "Touch", "no transport: write, read, write, read", peer => peer.Touch);
        yield return OfMemory(payload, "SpinningInPlace", "raw shared memory, in place", peer => peer.InPlace);
        yield return OfMemory(payload, "SpinningCopied", "raw shared memory, four copies", peer => peer.Copied);
        yield return OfMemory(
            payload, "SpinningFresh", "raw shared memory, four copies, two into new arrays", peer => peer.CopiedFresh);
        yield return Of(payload, Raw, "raw Unix socket, async", HostKind.RawAsync, hosts =>
        {
            var peer = new RawAsyncPeer(hosts[HostKind.RawAsync], payload);
            return new AsyncCalls(peer, peer.ExchangeAsync);
        });
        if (payload.Bytes <= PayloadSize.SixtyFourKibibytes.Bytes)
        {
            yield return Of(payload, RawPolling, "raw Unix socket, poll then receive", HostKind.RawPolling, hosts =>
            {
                var peer = new RawBlockingPeer(hosts[HostKind.RawPolling], payload, RawWait.Poll);
                return new BlockingCalls(peer, peer.Exchange);
            });
        }

        foreach (Row row in TransportSetup.All.SelectMany(setup => OfTransport(payload, setup)))
        {
            yield return row;
        }

        yield return Of(payload, StreamJsonRpc, "StreamJsonRpc", HostKind.StreamJsonRpc, hosts =>
        {
            var peer = new StreamJsonRpcPeer(hosts[HostKind.StreamJsonRpc]);
            return new AsyncCalls(peer, peer.Lane(payload).ExchangeAsync);
        });
        yield return Of(payload, AspNetCore, "Grpc.AspNetCore", HostKind.AspNetCore, hosts =>
        {
            var peer = new AspNetCorePeer(hosts[HostKind.AspNetCore]);
            return new AsyncCalls(peer, peer.Lane(payload).ExchangeAsync);
        });
    }

    private static IEnumerable<Row> OfTransport(PayloadSize payload, TransportSetup setup)
    {
        string name = $"Transport.HyperV ({setup.Name})";
        if (setup == TransportSetup.Memfd)
        {
            yield return OfTransport(payload, setup, Untouched(setup), $"{name}, by reference, untouched", peer => peer.OpenAsync);
        }

        yield return OfTransport(payload, setup, InPlace(setup), $"{name}, by reference", peer => peer.InPlaceAsync);
        yield return OfTransport(payload, setup, Message(setup), $"{name}, message", peer => peer.Lane().ExchangeAsync);
    }

    private static Row OfTransport(
        PayloadSize payload, TransportSetup setup, string key, string label, Func<TransportPeer, Func<Task>> call) =>
        Of(payload, key, label, setup.Host, hosts =>
        {
            var peer = new TransportPeer(hosts[setup.Host], setup, payload);
            return new AsyncCalls(peer, call(peer));
        });

    private static Row OfLocal(PayloadSize payload, string key, string label, Func<LocalPeer, Action> work) =>
        Of(payload, key, label, host: null, _ =>
        {
            var peer = new LocalPeer(payload);
            return new BlockingCalls(peer, work(peer));
        });

    private static Row OfMemory(PayloadSize payload, string key, string label, Func<SpinningMemoryPeer, Action> call) =>
        Of(payload, key, label, HostKind.SpinningMemory, hosts =>
        {
            var peer = new SpinningMemoryPeer(hosts[HostKind.SpinningMemory], payload);
            return new BlockingCalls(peer, call(peer));
        });

    private static Row Of(
        PayloadSize payload, string key, string label, HostKind? host, Func<HostSet, IWorkload> open) => new()
    {
        Suite = Name, Group = payload.ToString(), Key = key, Label = label, Payload = payload, Host = host, Open = open,
        Floor = Raw,
    };
}
