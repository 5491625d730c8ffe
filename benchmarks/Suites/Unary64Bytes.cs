using BenchmarkDotNet.Attributes;
using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Peers;
using WinApi.Benchmarks.Reports;

namespace WinApi.Benchmarks.Suites;

/// <summary>One small call after another: 64 bytes there and 64 back.</summary>
public class Unary64Bytes
{
    // Many calls an invocation, so that starting and ending an asynchronous loop does not count.
    private const int Calls = 256;

    private readonly HostSet _hosts = new();
    private IDisposable? _peer;
    private Func<Task> _call = () => Task.CompletedTask;
    private Action _blockingCall = () => { };

    public static IEnumerable<PayloadSize> Payloads => [PayloadSize.Small];

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

    [GlobalSetup(Target = nameof(RawBlocking))]
    public void SetUpRawBlocking()
    {
        var peer = new RawBlockingPeer(_hosts[HostKind.RawBlocking], Payload, RawWait.Receive);
        WarmUpBlocking(peer, peer.Exchange);
    }

    [Benchmark(Description = "raw Unix socket, blocking", OperationsPerInvoke = Calls)]
    public void RawBlocking() => CallLoop.Run(Calls, _blockingCall);

    [GlobalSetup(Target = nameof(SocketAsync))]
    public void SetUpSocketAsync()
    {
        TransportPeer peer = Connect(TransportSetup.Memfd);
        WarmUpAsync(peer, peer.Lane().EchoAsync);
    }

    [Benchmark(Description = "Transport.HyperV (socket), async", OperationsPerInvoke = Calls)]
    public Task SocketAsync() => CallLoop.RunAsync(Calls, _call);

    [GlobalSetup(Target = nameof(SocketBlocking))]
    public void SetUpSocketBlocking()
    {
        TransportPeer peer = Connect(TransportSetup.Memfd);
        WarmUpBlocking(peer, peer.Lane().Echo);
    }

    [Benchmark(Description = "Transport.HyperV (socket), blocking", OperationsPerInvoke = Calls)]
    public void SocketBlocking() => CallLoop.Run(Calls, _blockingCall);

    [GlobalSetup(Target = nameof(RingsAsync))]
    public void SetUpRingsAsync()
    {
        TransportPeer peer = Connect(TransportSetup.MemfdRings);
        WarmUpAsync(peer, peer.Lane().EchoAsync);
    }

    [Benchmark(Description = "Transport.HyperV (rings), async", OperationsPerInvoke = Calls)]
    public Task RingsAsync() => CallLoop.RunAsync(Calls, _call);

    [GlobalSetup(Target = nameof(RingsBlocking))]
    public void SetUpRingsBlocking()
    {
        TransportPeer peer = Connect(TransportSetup.MemfdRings);
        WarmUpBlocking(peer, peer.Lane().Echo);
    }

    [Benchmark(Description = "Transport.HyperV (rings), blocking", OperationsPerInvoke = Calls)]
    public void RingsBlocking() => CallLoop.Run(Calls, _blockingCall);

    [GlobalSetup(Target = nameof(StreamJsonRpcAsync))]
    public void SetUpStreamJsonRpcAsync()
    {
        var peer = new StreamJsonRpcPeer(_hosts[HostKind.StreamJsonRpc]);
        WarmUpAsync(peer, peer.Lane(Payload).EchoAsync);
    }

    [Benchmark(Description = "StreamJsonRpc, async", OperationsPerInvoke = Calls)]
    public Task StreamJsonRpcAsync() => CallLoop.RunAsync(Calls, _call);

    [GlobalSetup(Target = nameof(AspNetCoreAsync))]
    public void SetUpAspNetCoreAsync()
    {
        var peer = new AspNetCorePeer(_hosts[HostKind.AspNetCore]);
        WarmUpAsync(peer, peer.Lane(Payload).EchoAsync);
    }

    [BenchmarkCategory(MedianRatioColumn.PeerCategory)]
    [Benchmark(Description = "Grpc.AspNetCore, async", OperationsPerInvoke = Calls)]
    public Task AspNetCoreAsync() => CallLoop.RunAsync(Calls, _call);

    [GlobalSetup(Target = nameof(AspNetCoreBlocking))]
    public void SetUpAspNetCoreBlocking()
    {
        var peer = new AspNetCorePeer(_hosts[HostKind.AspNetCore]);
        WarmUpBlocking(peer, peer.Lane(Payload).Echo);
    }

    [Benchmark(Description = "Grpc.AspNetCore, blocking", OperationsPerInvoke = Calls)]
    public void AspNetCoreBlocking() => CallLoop.Run(Calls, _blockingCall);

    [GlobalCleanup]
    public void CleanUp()
    {
        _peer?.Dispose();
        _hosts.Dispose();
    }

    private TransportPeer Connect(TransportSetup setup) => new(_hosts[setup.Host], setup, Payload);

    private void WarmUpAsync(IDisposable peer, Func<Task> call)
    {
        _peer = peer;
        _call = call;
        WarmUp.UntilFlat(() => CallLoop.RunAsync(Calls, call));
    }

    private void WarmUpBlocking(IDisposable peer, Action call)
    {
        _peer = peer;
        _blockingCall = call;
        WarmUp.UntilFlat(() => CallLoop.Run(Calls, call));
    }
}
