using Grpc.Core;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>The head of the frame that opens a call.</summary>
internal static class ClientCallHead
{
    private const int UsualBytes = 128;

    /// <summary>Null for a call without deadline, metadata and definition.</summary>
    /// <param name="defines">The method's name, where the host does not know it yet.</param>
    /// <param name="conditions">Of the call; null: none.</param>
    public static PooledBytes? Write(string? defines, CallConditions? conditions)
    {
        var deadline = conditions?.Deadline;
        var headers = conditions?.RequestHeaders;
        if (defines is null && deadline is null && headers is not { Count: > 0 })
        {
            return null;
        }

        var bytes = new PooledBytes(UsualBytes);
        var timeout = CallTimer.Left(deadline) is { } left ? Math.Max(1, (long)left.TotalMicroseconds) : 0;
        new CallHead(timeout, defines, headers).Write(bytes);
        return bytes;
    }

    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: the host takes less.</exception>
    public static void CheckMetadata(CallConditions? conditions, PeerLimits limits)
    {
        var bytes = MetadataCodec.Measure(conditions?.RequestHeaders);
        if (bytes > limits.MaxMetadataBytes)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted,
                $"the metadata has {bytes} bytes and the host's limit is {limits.MaxMetadataBytes} (MaxMetadataBytes)"));
        }
    }
}
