using Grpc.Core;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// What client and handler tell each other beside messages: deadline and headers, trailers and status. Serves one call after
/// another, with the object of its call.
/// </summary>
internal sealed class HandlerExchange
{
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;

    /// <summary>In UTC; <see cref="DateTime.MaxValue"/> where there is none.</summary>
    public DateTime Deadline { get; private set; }

    public Metadata RequestHeaders => _requestHeaders ??= [];

    public Metadata ResponseTrailers => _responseTrailers ??= [];

    /// <summary>Null where the handler has not asked for them.</summary>
    public Metadata? UsedTrailers => _responseTrailers;

    /// <summary>What the handler has set.</summary>
    public Status Status { get; set; } = Status.DefaultSuccess;

    public WriteOptions? WriteOptions { get; set; }

    public void Begin(TimeSpan? timeout, Metadata? requestHeaders)
    {
        Deadline = timeout is { } time && time < DateTime.MaxValue - DateTime.UtcNow ? DateTime.UtcNow + time : DateTime.MaxValue;
        _requestHeaders = requestHeaders;
        _responseTrailers = null;
        Status = Status.DefaultSuccess;
        WriteOptions = null;
    }
}
