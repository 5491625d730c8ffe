using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;

namespace WinApi.Transport.HyperV.Diagnostics;

/// <summary>A call that somebody watches, on one side of it: its span, if it is sampled, and its duration.</summary>
internal sealed class CallTelemetry
{
    private const string System = "rpc.system.name";
    private const string Method = "rpc.method";
    private const string ResponseStatus = "rpc.response.status_code";
    private const string ErrorType = "error.type";

    private readonly string _method;
    private readonly Activity? _activity;
    private readonly Histogram<double> _duration;
    private readonly long _startedAt = Stopwatch.GetTimestamp();

    private CallTelemetry(string method, ActivityKind kind, ActivityContext parent, string endpoint)
    {
        _method = method.TrimStart('/');
        _duration = kind == ActivityKind.Client ? TransportTelemetry.ClientDuration : TransportTelemetry.ServerDuration;
        _activity = TransportTelemetry.Activities.CreateActivity(
            _method, kind, parent, [new(System, "grpc"), new(Method, _method), new("winapi.endpoint", endpoint)]);
    }

    private bool IsClient => _duration == TransportTelemetry.ClientDuration;

    /// <summary>The caller's side. Its own current activity stays what it is.</summary>
    public static CallTelemetry StartClient(string method, string endpoint)
    {
        var call = new CallTelemetry(method, ActivityKind.Client, default, endpoint);
        var current = Activity.Current;
        call._activity?.Start();
        Activity.Current = current;
        return call;
    }

    /// <summary>The host's side: from here on, the span is the current activity.</summary>
    public static CallTelemetry StartServer(string method, string endpoint, Metadata requestHeaders)
    {
        var call = new CallTelemetry(method, ActivityKind.Server, TraceMetadata.Extract(requestHeaders), endpoint);
        if (call._activity is { } activity)
        {
            TraceMetadata.ExtractBaggage(requestHeaders, activity);
            activity.Start();
        }

        return call;
    }

    /// <summary>The metadata with the context of the span, or of the caller's activity where there is no span.</summary>
    public Metadata? AddTraceContext(Metadata? headers) => TraceMetadata.Inject(_activity ?? Activity.Current, headers);

    /// <summary>Once. On any thread.</summary>
    public void End(StatusCode status)
    {
        var name = StatusCodeNames.Of(status);
        var isError = IsClient ? status != StatusCode.OK : IsFailureOfHost(status);
        if (_duration.Enabled)
        {
            var tags = new TagList { { System, "grpc" }, { Method, _method }, { ResponseStatus, name } };
            if (isError)
            {
                tags.Add(ErrorType, name);
            }

            _duration.Record(Stopwatch.GetElapsedTime(_startedAt).TotalSeconds, tags);
        }

        if (_activity is not null)
        {
            EndActivity(_activity, name, isError);
        }
    }

    private static void EndActivity(Activity activity, string status, bool isError)
    {
        activity.SetTag(ResponseStatus, status);
        if (isError)
        {
            activity.SetTag(ErrorType, status);
            activity.SetStatus(ActivityStatusCode.Error);
        }

        // The thread may be one that carries other calls too, and Stop changes what is current on it.
        var current = Activity.Current;
        activity.Stop();
        if (current != activity)
        {
            Activity.Current = current;
        }
    }

    /// <summary>By the conventions, what a client did wrong is no error of a server.</summary>
    private static bool IsFailureOfHost(StatusCode status) => status is StatusCode.Unknown or StatusCode.DeadlineExceeded
        or StatusCode.Unimplemented or StatusCode.Internal or StatusCode.Unavailable or StatusCode.DataLoss;
}
