using Grpc.Core;
using WinApi.Transport.HyperV.Connections;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>A unary call whose caller blocks until it has ended; where nobody else reads the connection, by reading it.</summary>
internal sealed class BlockingCall<TRequest, TResponse>(
    Connector connector, Method<TRequest, TResponse> method, CallOptions options, TRequest request)
    : OneResponseCall<TRequest, TResponse>(connector, method, options, request)
    where TRequest : class
    where TResponse : class
{
    private ManualResetEventSlim? _ended;

    /// <summary>Makes the call. Once.</summary>
    /// <exception cref="RpcException">It ended with another status than OK.</exception>
    public TResponse Invoke()
    {
        FrameLoop.LetAnotherRead();
        var connection = Connector.Current;
        var reads = IsReadByCaller = connection is not null && connection.TryBeginReading();
        _ = StartAsync();
        if (reads)
        {
            connection!.ReadUntilEnded(this);
        }

        WaitUntilEnded();
        return TryTakeResponse(out var response, out var failure) ? response : throw failure;
    }

    /// <summary>Nothing: the caller looks by itself.</summary>
    private protected override void GoOn()
    {
    }

    private protected override void EndWaiting()
    {
        Interlocked.MemoryBarrier(); // the end before the look whether somebody waits for it
        Volatile.Read(ref _ended)?.Set();
    }

    private void WaitUntilEnded()
    {
        if (HasEnded)
        {
            return;
        }

        var ended = new ManualResetEventSlim();
        Volatile.Write(ref _ended, ended);
        Interlocked.MemoryBarrier(); // before the look whether it has ended meanwhile
        if (!HasEnded)
        {
            ended.Wait();
        }
    }
}
