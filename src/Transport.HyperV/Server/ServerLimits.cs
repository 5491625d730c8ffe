using System.Threading.RateLimiting;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Server;

/// <summary>The limits of a server, and what each connection gets of them.</summary>
internal sealed class ServerLimits(HyperVServerOptions options)
{
    private const string Calls = "calls at once";
    private const string Unread = "bytes of unread messages";
    private const string Buffers = "buffers lent and rented at once";
    private const string OfOneConnection = " on one connection";
    private const string OfAll = " on all connections";

    private readonly Quota _calls = new(nameof(options.MaxConcurrentCalls), Calls + OfAll, options.MaxConcurrentCalls);
    private readonly Quota _unread = new(nameof(options.MaxQueuedBytes), Unread + OfAll, options.MaxQueuedBytes);
    private readonly Quota _buffers = new(nameof(options.MaxBuffers), Buffers + OfAll, options.MaxBuffers);

    public ConnectionLimits ForConnection() => new(
        new Quota(
            nameof(options.MaxConcurrentCallsPerConnection), Calls + OfOneConnection,
            options.MaxConcurrentCallsPerConnection, _calls),
        new Quota(
            nameof(options.MaxQueuedBytesPerConnection), Unread + OfOneConnection, options.MaxQueuedBytesPerConnection, _unread),
        new Quota(nameof(options.MaxBuffersPerConnection), Buffers + OfOneConnection, options.MaxBuffersPerConnection, _buffers),
        options.MaxMessagesPerSecond > 0 ? NewRate(options.MaxMessagesPerSecond) : null);

    private static TokenBucketRateLimiter NewRate(int perSecond) => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = perSecond,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        QueueLimit = int.MaxValue, // readers of streams, one for each call
    });
}
