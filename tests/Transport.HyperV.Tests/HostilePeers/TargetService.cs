namespace WinApi.Transport.HyperV.Tests.HostilePeers;

/// <summary>What an honest client and a hostile one both call.</summary>
internal sealed class TargetService : Target.TargetBase
{
    public TaskCompletionSource Ignoring { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Task<Plain> Echo(Plain request, ServerCallContext context) => Task.FromResult(request);

    public override async Task<Plain> Ignore(IAsyncStreamReader<Plain> requestStream, ServerCallContext context)
    {
        Ignoring.TrySetResult();
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
        return new Plain();
    }

    public override async Task<Plain> Hold(IAsyncStreamReader<Plain> requestStream, ServerCallContext context)
    {
        await Release.Task;
        return new Plain();
    }

    public override Task<Plain> Read(Shape request, ServerCallContext context)
    {
        using var buffer = context.OpenBuffer(request.Single);
        return Task.FromResult(new Plain { Payload = Google.Protobuf.ByteString.CopyFrom(buffer.ReadOnlySpan) });
    }
}
