using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using WinApi.Transport.HyperV.Connections;

namespace WinApi.Transport.HyperV.Diagnostics;

/// <summary>What is open in this process, looked at when somebody collects it. Safe for use by many threads.</summary>
internal static class ConnectionMetrics
{
    private const string Client = "client";
    private const string Host = "host";

    private static readonly ConcurrentDictionary<Connection, string> s_open = new();

    public static ObservableUpDownCounter<long> Active { get; } = TransportTelemetry.Meter.CreateObservableUpDownCounter(
        "winapi.connection.active", static () => SumBySide(static _ => 1), "{connection}", "Connections that are open.");

    public static ObservableUpDownCounter<long> HeldBytes { get; } = TransportTelemetry.Meter.CreateObservableUpDownCounter(
        "winapi.region.held", static () => SumBySide(static connection => connection.Region.Length - connection.Region.FreeBytes),
        "By", "Bytes of this side's regions that messages and buffers hold.");

    public static void Add(Connection connection, bool isClient) => s_open[connection] = isClient ? Client : Host;

    public static void Remove(Connection connection) => s_open.TryRemove(connection, out _);

    private static Measurement<long>[] SumBySide(Func<Connection, long> amount) => [Sum(Client, amount), Sum(Host, amount)];

    private static Measurement<long> Sum(string side, Func<Connection, long> amount) => new(
        s_open.Where(open => open.Value == side).Sum(open => amount(open.Key)),
        new KeyValuePair<string, object?>("winapi.side", side));
}
