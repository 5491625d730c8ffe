using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace WinApi.Transport.HyperV.Diagnostics;

/// <summary>
/// What traces and metrics are made of, by the semantic conventions of OpenTelemetry for RPC, 1.45.0 (where these names are
/// stable; up to 1.37.0 they were <c>rpc.system</c>, <c>rpc.service</c>, <c>rpc.grpc.status_code</c>,
/// <c>rpc.client.duration</c>). Whoever uses it asks first whether anybody listens.
/// </summary>
internal static class TransportTelemetry
{
    // The conventions' own begin at 5 ms, when most calls here have long ended.
    private static readonly InstrumentAdvice<double> s_buckets = new()
    {
        HistogramBucketBoundaries =
            [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025,
                0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    public static ActivitySource Activities { get; } = new(TransportDiagnostics.SourceName);

    public static Meter Meter { get; } = new(TransportDiagnostics.SourceName);

    public static Histogram<double> ClientDuration { get; } = Meter.CreateHistogram(
        "rpc.client.call.duration", "s", "How long calls took, as their callers saw it.", tags: null, s_buckets);

    public static Histogram<double> ServerDuration { get; } = Meter.CreateHistogram(
        "rpc.server.call.duration", "s", "How long the handlers of calls took.", tags: null, s_buckets);

    public static Counter<long> Reconnects { get; } = Meter.CreateCounter<long>(
        "winapi.client.reconnects", "{reconnect}", "How often a channel connected again after it had lost its connection.");

    public static bool ObservesClient => Activities.HasListeners() || ClientDuration.Enabled;

    public static bool ObservesHost => Activities.HasListeners() || ServerDuration.Enabled;
}
