using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Google.Protobuf;

namespace WinApi.Transport.HyperV.Tests.Diagnostics;

[Collection(nameof(ListensToTheProcess))]
public sealed class TelemetryTests : IAsyncLifetime
{
    private readonly ObservedHost _host = new();
    private readonly ConcurrentQueue<Activity> _ended = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_call_is_a_span_of_the_client_and_a_span_of_the_host_in_the_trace_of_the_caller()
    {
        using var listener = Listen();
        using var caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();
        caller.TraceStateString = "vendor=1";
        caller.AddBaggage("tenant", "blue");

        var calling = _host.Client.EchoAsync(new Plain());
        Activity.Current.Should().BeSameAs(caller, "a call does not change what is current for its caller");
        await calling.ResponseAsync.Soon("the reply");
        var (client, host) = await SpansOf(caller.TraceId);
        caller.Stop();

        client.ParentSpanId.Should().Be(caller.SpanId);
        host.ParentSpanId.Should().Be(client.SpanId);
        host.HasRemoteParent.Should().BeTrue();
        host.TraceStateString.Should().Be("vendor=1");
        host.GetBaggageItem("tenant").Should().Be("blue");
        foreach (var span in new[] { client, host })
        {
            span.DisplayName.Should().Be("winapi.shapes.Target/Echo");
            span.GetTagItem("rpc.system.name").Should().Be("grpc");
            span.GetTagItem("rpc.method").Should().Be("winapi.shapes.Target/Echo");
            span.GetTagItem("rpc.response.status_code").Should().Be("OK");
            span.GetTagItem("error.type").Should().BeNull();
            span.Status.Should().Be(ActivityStatusCode.Unset);
        }
    }

    [Fact]
    public async Task What_the_client_did_wrong_is_an_error_of_its_span_and_not_of_the_host_s()
    {
        using var listener = Listen();
        using var caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();

        var calling = async () => await _host.Client.ReadAsync(new Shape()).ResponseAsync.Soon("the status");
        await calling.Should().ThrowAsync<RpcException>();
        var (client, host) = await SpansOf(caller.TraceId);
        caller.Stop();

        client.Status.Should().Be(ActivityStatusCode.Error);
        client.GetTagItem("error.type").Should().Be("INVALID_ARGUMENT");
        host.Status.Should().Be(ActivityStatusCode.Unset);
        host.GetTagItem("rpc.response.status_code").Should().Be("INVALID_ARGUMENT");
    }

    [Fact]
    public async Task A_call_that_is_cancelled_ends_both_spans_with_that()
    {
        using var listener = Listen();
        using var caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();
        using var cancellation = new CancellationTokenSource();

        var call = _host.Client.Ignore(cancellationToken: cancellation.Token);
        await _host.Service.Ignoring.Task.Soon("the handler");
        await cancellation.CancelAsync();
        var awaiting = async () => await call.ResponseAsync.Soon("the status");
        await awaiting.Should().ThrowAsync<RpcException>();
        var (client, host) = await SpansOf(caller.TraceId);
        caller.Stop();

        client.GetTagItem("rpc.response.status_code").Should().Be("CANCELLED");
        host.GetTagItem("rpc.response.status_code").Should().Be("CANCELLED");
    }

    [Fact]
    public async Task A_trace_context_that_the_caller_gives_by_hand_is_left_alone()
    {
        using var listener = Listen();
        const string mine = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        await _host.Client.EchoAsync(new Plain(), new Metadata { { "traceparent", mine } }).ResponseAsync.Soon("the reply");

        _host.LastHeaders!.Where(entry => entry.Key == "traceparent").Should().ContainSingle().Which.Value.Should().Be(mine);
    }

    [Fact]
    public async Task Where_nobody_listens_nothing_is_added_to_a_call()
    {
        using var caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();

        await _host.Client.EchoAsync(new Plain()).ResponseAsync.Soon("the reply");

        _host.LastHeaders.Should().BeEmpty();
    }

    [Fact]
    public async Task Durations_are_measured_on_both_sides_with_method_and_status()
    {
        var seen = new ConcurrentQueue<(string Name, string? Method, string? Status, double Seconds)>();
        using var listener = Meters();
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            seen.Enqueue((instrument.Name, Tag(tags, "rpc.method"), Tag(tags, "rpc.response.status_code"), value)));
        listener.Start();

        var calling = async () => await _host.Client.ReadAsync(new Shape()).ResponseAsync.Soon("the status");
        await calling.Should().ThrowAsync<RpcException>();

        foreach (var name in new[] { "rpc.client.call.duration", "rpc.server.call.duration" })
        {
            await Patience.Until(() => seen.Any(one => one is
                { Method: "winapi.shapes.Target/Read", Status: "INVALID_ARGUMENT", Seconds: > 0 and < 60 } && one.Name == name), name);
        }
    }

    [Fact]
    public async Task Connections_held_bytes_and_reconnects_are_counted()
    {
        var sums = new ConcurrentDictionary<string, long>();
        using var listener = Meters();
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => sums.AddOrUpdate(
            $"{instrument.Name} {Tag(tags, "winapi.side")}", value, (_, known) => instrument.IsObservable ? value : known + value));
        listener.Start();
        await _host.Channel.ConnectAsync(TestContext.Current.CancellationToken);
        using (await _host.Channel.RentBufferAsync(100_000, TestContext.Current.CancellationToken))
        {
            listener.RecordObservableInstruments();
            sums["winapi.connection.active client"].Should().BePositive();
            sums["winapi.connection.active host"].Should().BePositive();
            sums["winapi.region.held client"].Should().BeGreaterThanOrEqualTo(100_000);
        }

        await _host.RestartAsync();
        await _host.Client.EchoAsync(new Plain { Payload = ByteString.CopyFromUtf8("again") }).ResponseAsync.Soon("the reply");
        sums["winapi.client.reconnects "].Should().BePositive();
    }

    private static MeterListener Meters() => new()
    {
        InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == TransportDiagnostics.SourceName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        },
    };

    private static string? Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == name)
            {
                return tag.Value as string;
            }
        }

        return null;
    }

    private ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TransportDiagnostics.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private async Task<(Activity Client, Activity Host)> SpansOf(ActivityTraceId trace)
    {
        Activity? Span(ActivityKind kind) => _ended.FirstOrDefault(span => span.TraceId == trace && span.Kind == kind);
        await Patience.Until(
            () => Span(ActivityKind.Client) is not null && Span(ActivityKind.Server) is not null, "the spans");
        return (Span(ActivityKind.Client)!, Span(ActivityKind.Server)!);
    }
}
