namespace WinApi.Transport.HyperV;

/// <summary>The names by which traces and metrics of the transport are asked for.</summary>
public static class TransportDiagnostics
{
    /// <summary>
    /// The <see cref="System.Diagnostics.ActivitySource"/> and the <see cref="System.Diagnostics.Metrics.Meter"/>, of clients
    /// and hosts alike: for OpenTelemetry's <c>AddSource</c> and <c>AddMeter</c>.
    /// </summary>
    public const string SourceName = "WinApi.Transport.HyperV";
}
