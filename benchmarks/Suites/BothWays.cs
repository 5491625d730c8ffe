using BenchmarkDotNet.Attributes;
using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Peers;
using WinApi.Benchmarks.Reports;

namespace WinApi.Benchmarks.Suites;

/// <summary>
/// One large call after another: as many bytes there as back, written and read in full at both ends by everyone.
/// </summary>
public class BothWays
{
    // Several calls an invocation, so that starting and ending an asynchronous loop does not count.
    private const int Calls = 16;

    private readonly HostSet _hosts = new();
    private IDisposable? _peer;
    private Func<Task> _call = () => Task.CompletedTask;

    public static IEnumerable<PayloadSize> Payloads => [PayloadSize.OneMebibyte];

    [ParamsSource(nameof(Payloads))]
    public PayloadSize Payload { get; set; }

    [GlobalSetup(Target = nameof(RawAsync))]
    public void SetUpRawAsync()
    {
        var peer = new RawAsyncPeer(_hosts[HostKind.RawAsync], Payload);
        WarmUpAsync(peer, peer.ExchangeAsync);
    }

    [Benchmark(Baseline = true, Description = "raw Unix socket, async", OperationsPerInvoke = Calls)]
    public Task RawAsync() => CallLoop.RunAsync(Calls, _call);

    [GlobalSetup(Target = nameof(ByReferenceInPlace))]
    public void SetUpByReferenceInPlace()
    {
        TransportPeer peer = ConnectTransport();
        WarmUpAsync(peer, peer.InPlaceAsync);
    }

    [Benchmark(Description = "Transport.HyperV, by reference, in place", OperationsPerInvoke = Calls)]
    public Task ByReferenceInPlace() => CallLoop.RunAsync(Calls, _call);

    [GlobalSetup(Target = nameof(ByReferenceTwoBuffers))]
    public void SetUpByReferenceTwoBuffers()
    {
        TransportPeer peer = ConnectTransport();
        WarmUpAsync(peer, peer.CopyAsync);
    }

    [Benchmark(Description = "Transport.HyperV, by reference, two buffers", OperationsPerInvoke = Calls)]
    public Task ByReferenceTwoBuffers() => CallLoop.RunAsync(Calls, _call);

    [GlobalSetup(Target = nameof(Message))]
    public void SetUpMessage()
    {
        TransportPeer peer = ConnectTransport();
        WarmUpAsync(peer, peer.Lane().ExchangeAsync);
    }

    [Benchmark(Description = "Transport.HyperV, ordinary message", OperationsPerInvoke = Calls)]
    public Task Message() => CallLoop.RunAsync(Calls, _call);

    [GlobalSetup(Target = nameof(StreamJsonRpc))]
    public void SetUpStreamJsonRpc()
    {
        var peer = new StreamJsonRpcPeer(_hosts[HostKind.StreamJsonRpc]);
        WarmUpAsync(peer, peer.Lane(Payload).ExchangeAsync);
    }

    [Benchmark(Description = "StreamJsonRpc", OperationsPerInvoke = Calls)]
    public Task StreamJsonRpc() => CallLoop.RunAsync(Calls, _call);

    [GlobalSetup(Target = nameof(AspNetCore))]
    public void SetUpAspNetCore()
    {
        var peer = new AspNetCorePeer(_hosts[HostKind.AspNetCore]);
        WarmUpAsync(peer, peer.Lane(Payload).ExchangeAsync);
    }

    [BenchmarkCategory(MedianRatioColumn.PeerCategory)]
    [Benchmark(Description = "Grpc.AspNetCore, ordinary message", OperationsPerInvoke = Calls)]
    public Task AspNetCore() => CallLoop.RunAsync(Calls, _call);

    [GlobalCleanup]
    public void CleanUp()
    {
        _peer?.Dispose();
        _hosts.Dispose();
    }

    private TransportPeer ConnectTransport() => new(_hosts[HostKind.Transport], TransportSetup.MemfdRings, Payload);

    private void WarmUpAsync(IDisposable peer, Func<Task> call)
    {
        _peer = peer;
        _call = call;
        WarmUp.UntilFlat(() => CallLoop.RunAsync(Calls, call));
    }
}
