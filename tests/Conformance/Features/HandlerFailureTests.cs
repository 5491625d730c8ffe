using Google.Protobuf;

namespace WinApi.Conformance.Tests;

public abstract class HandlerFailureTests(Bed bed) : ConformanceTest(bed)
{
    private static readonly Request Throwing = new()
    {
        Script = new Script { Outcome = new Outcome { ThrowOther = true, Detail = "the safe's combination is 1234" } },
    };

    [Fact]
    public async Task An_exception_in_a_handler_is_UNKNOWN_and_keeps_its_words_to_itself()
    {
        var link = Start();

        var error = await link.Client.UnaryAsync(Throwing).ResponseAsync.FailsSoonWith(StatusCode.Unknown, "the call");

        error.Status.Detail.Should().Be("Exception was thrown by handler.");
    }

    [Fact]
    public async Task An_exception_in_a_streaming_handler_is_UNKNOWN_too()
    {
        var link = Start();
        using var call = link.Client.ServerStreaming(Throwing);

        var error = await call.ResponseStream.MoveNext(Stop).FailsSoonWith(StatusCode.Unknown, "the call");

        error.Status.Detail.Should().Be("Exception was thrown by handler.");
    }

    [Fact]
    public async Task With_detailed_errors_the_exceptions_words_are_told()
    {
        var link = Start(server => server.EnableDetailedErrors = true);

        var error = await link.Client.UnaryAsync(Throwing).ResponseAsync.FailsSoonWith(StatusCode.Unknown, "the call");

        error.Status.Detail.Should().Contain("the safe's combination is 1234")
            .And.Contain(nameof(InvalidOperationException));
    }

    [Fact]
    public async Task A_handler_that_throws_before_its_first_await_fails_its_call_alone()
    {
        var link = Start();
        link.Service.UnaryHandler = (_, _) => throw new InvalidOperationException("at once");
        await link.Client.UnaryAsync(new Request()).ResponseAsync.FailsSoonWith(StatusCode.Unknown, "the call");
        link.Service.UnaryHandler = null;

        var reply = await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("the next call");

        reply.RequestsRead.Should().Be(1);
    }

    [Fact]
    public async Task A_handler_that_answers_null_fails_its_call_alone()
    {
        var link = Start();
        link.Service.UnaryHandler = (_, _) => Task.FromResult<Reply>(null!);
        await Assert.ThrowsAsync<RpcException>(
            () => link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("the call"));
        link.Service.UnaryHandler = null;

        var reply = await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("the next call");

        reply.RequestsRead.Should().Be(1);
    }

    [Fact]
    public async Task An_unknown_method_is_UNIMPLEMENTED_and_named()
    {
        var link = Start();
        var method = Unbound("winapi.conformance.TestService", "NoSuchMethod");

        var error = await link.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, new Request())
            .ResponseAsync
            .FailsSoonWith(StatusCode.Unimplemented, "the call");

        error.Status.Detail.Should().Contain("/winapi.conformance.TestService/NoSuchMethod");
    }

    [Fact]
    public async Task An_unknown_service_is_UNIMPLEMENTED_and_named()
    {
        var link = Start();
        var method = Unbound("winapi.conformance.NoSuchService", "Unary", MethodType.DuplexStreaming);
        using var call = link.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, default);

        var error = await call.ResponseStream.MoveNext(Stop).FailsSoonWith(StatusCode.Unimplemented, "the call");

        error.Status.Detail.Should().Contain("winapi.conformance.NoSuchService");
    }

    [Fact]
    public async Task A_method_that_its_service_does_not_override_is_UNIMPLEMENTED()
    {
        var link = NotStarted();
        link.StartServer(server => Grpc.Health.V1.Health.BindService(server.Services, new BareHealth()));

        await new Grpc.Health.V1.Health.HealthClient(link.Channel).CheckAsync(new Grpc.Health.V1.HealthCheckRequest())
            .ResponseAsync
            .FailsSoonWith(StatusCode.Unimplemented, "the call");
    }

    [Fact]
    public async Task A_request_that_does_not_parse_never_reaches_the_handler()
    {
        var link = Start();
        var raw = Marshallers.Create(bytes => bytes, bytes => bytes);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "winapi.conformance.TestService", "Unary", raw, raw);

        // A field of type 1 (8 bytes) that ends after one.
        var error = await Record.ExceptionAsync(() => link.Channel.CreateCallInvoker()
            .AsyncUnaryCall(method, null, default, [0x09, 0x01]).ResponseAsync.Soon("the call"));

        error.Should().BeOfType<RpcException>().Which.StatusCode.Should().Be(StatusCode.Internal);
        link.Service.Call().RequestsRead.Should().Be(0);
        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("the next call");
    }

    private static Method<Request, Reply> Unbound(string service, string name, MethodType type = MethodType.Unary) =>
        new(
        type,
        service,
        name,
        Marshallers.Create(request => request.ToByteArray(), Request.Parser.ParseFrom),
        Marshallers.Create(reply => reply.ToByteArray(), Reply.Parser.ParseFrom));

    private sealed class BareHealth : Grpc.Health.V1.Health.HealthBase;
}
