using BenchmarkDotNet.Attributes;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Peers;
using WinApi.Benchmarks.Reports;

namespace WinApi.Benchmarks.Suites;

/// <summary>One small call after another: 64 bytes there and 64 back.</summary>
public class Unary64Bytes
{
    // Many calls an invocation, so that starting and ending an asynchronous loop does not count.
    private const int Calls = 256;

    private RawAsyncPeer? _rawAsync;
    private RawBlockingPeer? _rawBlocking;
    private TransportPeer? _transport;
    private AspNetCorePeer? _aspNetCore;

    public static IEnumerable<PayloadSize> Payloads => [PayloadSize.Small];

    [ParamsSource(nameof(Payloads))]
    public PayloadSize Payload { get; set; }

    [GlobalSetup(Target = nameof(RawAsync))]
    public void SetUpRawAsync()
    {
        _rawAsync = new RawAsyncPeer(Payload);
        WarmUp.UntilFlat(RawAsync);
    }

    [Benchmark(Baseline = true, Description = "raw Unix socket, async", OperationsPerInvoke = Calls)]
    public Task RawAsync() => CallLoop.RunAsync(Calls, _rawAsync!.ExchangeAsync);

    [GlobalSetup(Target = nameof(RawBlocking))]
    public void SetUpRawBlocking()
    {
        _rawBlocking = new RawBlockingPeer(Payload);
        WarmUp.UntilFlat(RawBlocking);
    }

    [Benchmark(Description = "raw Unix socket, blocking", OperationsPerInvoke = Calls)]
    public void RawBlocking() => CallLoop.Run(Calls, _rawBlocking!.Exchange);

    [GlobalSetup(Target = nameof(TransportAsync))]
    public void SetUpTransportAsync()
    {
        _transport = new TransportPeer(Payload);
        WarmUp.UntilFlat(TransportAsync);
    }

    [Benchmark(Description = "Transport.HyperV, async", OperationsPerInvoke = Calls)]
    public Task TransportAsync() => CallLoop.RunAsync(Calls, _transport!.Calls.EchoAsync);

    [GlobalSetup(Target = nameof(TransportBlocking))]
    public void SetUpTransportBlocking()
    {
        _transport = new TransportPeer(Payload);
        WarmUp.UntilFlat(TransportBlocking);
    }

    [Benchmark(Description = "Transport.HyperV, blocking", OperationsPerInvoke = Calls)]
    public void TransportBlocking() => CallLoop.Run(Calls, _transport!.Calls.Echo);

    [GlobalSetup(Target = nameof(AspNetCoreAsync))]
    public void SetUpAspNetCoreAsync()
    {
        _aspNetCore = new AspNetCorePeer(Payload);
        WarmUp.UntilFlat(AspNetCoreAsync);
    }

    [BenchmarkCategory(MedianRatioColumn.PeerCategory)]
    [Benchmark(Description = "Grpc.AspNetCore, async", OperationsPerInvoke = Calls)]
    public Task AspNetCoreAsync() => CallLoop.RunAsync(Calls, _aspNetCore!.Calls.EchoAsync);

    [GlobalSetup(Target = nameof(AspNetCoreBlocking))]
    public void SetUpAspNetCoreBlocking()
    {
        _aspNetCore = new AspNetCorePeer(Payload);
        WarmUp.UntilFlat(AspNetCoreBlocking);
    }

    [Benchmark(Description = "Grpc.AspNetCore, blocking", OperationsPerInvoke = Calls)]
    public void AspNetCoreBlocking() => CallLoop.Run(Calls, _aspNetCore!.Calls.Echo);

    [GlobalCleanup]
    public void CleanUp()
    {
        _rawAsync?.Dispose();
        _rawBlocking?.Dispose();
        _transport?.Dispose();
        _aspNetCore?.Dispose();
    }
}
