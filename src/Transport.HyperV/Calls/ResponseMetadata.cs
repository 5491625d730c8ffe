using Grpc.Core;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>Writes a host's headers, status and trailers, within what the client takes.</summary>
internal static class ResponseMetadata
{
    // Keeps a status that quotes something long within any client's frame.
    private const int MaxStatusMessageChars = 2048;

    private const int InitialBytes = 256;

    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: they are over the client's limit.</exception>
    public static PooledBytes WriteHeaders(Metadata headers, PeerLimits limits)
    {
        if (Exceeds(headers, limits) is { } problem)
        {
            throw new RpcException(problem);
        }

        var head = new PooledBytes(InitialBytes);
        MetadataCodec.Write(head, headers);
        return head;
    }

    /// <summary>The head of trailers with status OK.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: they are over the client's limit, and cleared.</exception>
    public static PooledBytes WriteTrailers(Metadata trailers, PeerLimits limits)
    {
        if (Exceeds(trailers, limits) is { } problem)
        {
            trailers.Clear();
            throw new RpcException(problem);
        }

        var head = new PooledBytes(InitialBytes);
        new TrailersHead(string.Empty, trailers).Write(head);
        return head;
    }

    /// <summary>The head of trailers; with a status that says so where they are over the client's limit.</summary>
    public static PooledBytes WriteStatus(ref Status status, Metadata? trailers, PeerLimits limits)
    {
        if (Exceeds(trailers, limits) is { } problem)
        {
            (status, trailers) = (problem, null);
        }

        var message = status.Detail ?? string.Empty;
        message = message.Length > MaxStatusMessageChars ? message[..MaxStatusMessageChars] : message;
        var head = new PooledBytes(InitialBytes);
        new TrailersHead(message, trailers).Write(head);
        return head;
    }

    private static Status? Exceeds(Metadata? metadata, PeerLimits limits)
    {
        var bytes = MetadataCodec.Measure(metadata);
        return bytes <= limits.MaxMetadataBytes ? null : new Status(StatusCode.ResourceExhausted,
            $"the metadata has {bytes} bytes and the client's limit is {limits.MaxMetadataBytes} (MaxMetadataBytes)");
    }
}
