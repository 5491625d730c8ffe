using BenchmarkDotNet.Attributes;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Peers;
using WinApi.Benchmarks.Reports;

namespace WinApi.Benchmarks.Suites;

/// <summary>
/// One large call after another: as many bytes there as back, written and read in full at both ends by everyone, save
/// where a row says that nobody touches them.
/// </summary>
public class BothWays
{
    // Several calls an invocation, so that starting and ending an asynchronous loop does not count.
    private const int Calls = 16;

    private RawAsyncPeer? _rawAsync;
    private RawBlockingPeer? _rawBlocking;
    private TransportPeer? _transport;
    private AspNetCorePeer? _aspNetCore;
    private byte[] _bytes = [];

    public static IEnumerable<PayloadSize> Payloads => [PayloadSize.OneMebibyte, PayloadSize.FourMebibytes];

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

    [GlobalSetup(Target = nameof(ByReferenceUntouched))]
    public void SetUpByReferenceUntouched()
    {
        _transport = new TransportPeer(Payload);
        WarmUp.UntilFlat(ByReferenceUntouched);
    }

    [Benchmark(Description = "Transport.HyperV, by reference, untouched", OperationsPerInvoke = Calls)]
    public Task ByReferenceUntouched() => CallLoop.RunAsync(Calls, _transport!.OpenAsync);

    [GlobalSetup(Target = nameof(ByReferenceInPlace))]
    public void SetUpByReferenceInPlace()
    {
        _transport = new TransportPeer(Payload);
        WarmUp.UntilFlat(ByReferenceInPlace);
    }

    [Benchmark(Description = "Transport.HyperV, by reference, in place", OperationsPerInvoke = Calls)]
    public Task ByReferenceInPlace() => CallLoop.RunAsync(Calls, _transport!.InPlaceAsync);

    [GlobalSetup(Target = nameof(ByReferenceTwoBuffers))]
    public void SetUpByReferenceTwoBuffers()
    {
        _transport = new TransportPeer(Payload);
        WarmUp.UntilFlat(ByReferenceTwoBuffers);
    }

    [Benchmark(Description = "Transport.HyperV, by reference, two buffers", OperationsPerInvoke = Calls)]
    public Task ByReferenceTwoBuffers() => CallLoop.RunAsync(Calls, _transport!.CopyAsync);

    [GlobalSetup(Target = nameof(Message))]
    public void SetUpMessage()
    {
        _transport = new TransportPeer(Payload);
        WarmUp.UntilFlat(Message);
    }

    [Benchmark(Description = "Transport.HyperV, ordinary message", OperationsPerInvoke = Calls)]
    public Task Message() => CallLoop.RunAsync(Calls, _transport!.Calls.ExchangeAsync);

    [GlobalSetup(Target = nameof(AspNetCore))]
    public void SetUpAspNetCore()
    {
        _aspNetCore = new AspNetCorePeer(Payload);
        WarmUp.UntilFlat(AspNetCore);
    }

    [BenchmarkCategory(MedianRatioColumn.PeerCategory)]
    [Benchmark(Description = "Grpc.AspNetCore, ordinary message", OperationsPerInvoke = Calls)]
    public Task AspNetCore() => CallLoop.RunAsync(Calls, _aspNetCore!.Calls.ExchangeAsync);

    [GlobalSetup(Target = nameof(TouchingAlone))]
    public void SetUpTouchingAlone()
    {
        _bytes = new byte[Payload.Bytes];
        WarmUp.UntilFlat(TouchingAlone);
    }

    [Benchmark(Description = "no transport: write, read, write, read", OperationsPerInvoke = Calls)]
    public void TouchingAlone() => CallLoop.Run(Calls, TouchAsBothEndsDo);

    [GlobalCleanup]
    public void CleanUp()
    {
        _rawAsync?.Dispose();
        _rawBlocking?.Dispose();
        _transport?.Dispose();
        _aspNetCore?.Dispose();
    }

    private void TouchAsBothEndsDo()
    {
        byte value = unchecked((byte)(_bytes[0] + 1));
        PayloadBytes.Write(_bytes, value);
        byte answer = PayloadBytes.ReadRequest(_bytes);
        PayloadBytes.Write(_bytes, answer);
        PayloadBytes.ReadAll(_bytes, PayloadBytes.AnswerTo(value));
    }
}
