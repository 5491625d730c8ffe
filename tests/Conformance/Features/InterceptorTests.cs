using System.Collections.Concurrent;
using Grpc.Core.Interceptors;

namespace WinApi.Conformance.Tests;

public abstract class InterceptorTests(Bed bed) : ConformanceTest(bed)
{
    [Fact]
    public async Task A_client_interceptor_sees_calls_of_every_kind()
    {
        var link = Start();
        var seen = new ConcurrentQueue<string>();
        var client = ClientOf(link.Channel.CreateCallInvoker(), new ClientRecorder("only", seen));

        await CallEveryKind(client);

        seen.Should().Equal("only Unary", "only Unary", "only ServerStreaming", "only ClientStreaming",
            "only DuplexStreaming");
    }

    [Fact]
    public async Task Client_interceptors_run_in_the_order_given()
    {
        var link = Start();
        var seen = new ConcurrentQueue<string>();
        var client = ClientOf(
            link.Channel.CreateCallInvoker(), new ClientRecorder("first", seen), new ClientRecorder("second", seen));

        await client.UnaryAsync(new Request()).ResponseAsync.Soon("the reply");

        seen.Should().Equal("first Unary", "second Unary");
    }

    [Fact]
    public async Task A_client_interceptor_on_the_channel_can_add_metadata()
    {
        var link = Start();
        var client = new TestService.TestServiceClient(link.Channel.Intercept(metadata =>
        {
            metadata.Add("added", "by the interceptor");
            return metadata;
        }));

        await client.UnaryAsync(new Request()).ResponseAsync.Soon("the reply");
        var context = await link.Service.Call().Entered.Soon("the handler");

        context.RequestHeaders.GetValue("added").Should().Be("by the interceptor");
    }

    [Fact]
    public async Task Server_interceptors_see_calls_of_every_kind_the_first_outermost()
    {
        var seen = new ConcurrentQueue<string>();
        var link = Start(server =>
        {
            server.Interceptors.Add(new ServerRecorder("outer", seen));
            server.Interceptors.Add(new ServerRecorder("inner", seen));
        });

        await CallEveryKind(link.Client);
        await link.DropServerAsync();

        string[] kinds = ["Unary", "Unary", "ServerStreaming", "ClientStreaming", "DuplexStreaming"];
        seen.Should().Equal(kinds.SelectMany(kind => new[]
        {
            $"outer before {kind}", $"inner before {kind}", $"inner after {kind}", $"outer after {kind}",
        }));
    }

    [Fact]
    public async Task A_server_interceptor_can_refuse_a_call()
    {
        var link = Start(server => server.Interceptors.Add(new Refusing()));

        var error = await link.Client.UnaryAsync(new Request())
            .ResponseAsync.FailsSoonWith(StatusCode.PermissionDenied, "the call");

        error.Status.Detail.Should().Be("not you");
        link.Service.Calls.Should().Be(0);
    }

    [Fact]
    public async Task A_server_interceptor_sees_what_the_handler_throws()
    {
        var seen = new ConcurrentQueue<string>();
        var link = Start(server => server.Interceptors.Add(new ServerRecorder("only", seen)));
        var outcome = new Outcome { StatusCode = (uint)StatusCode.NotFound };
        var request = new Request { Script = new Script { Outcome = outcome } };

        await link.Client.UnaryAsync(request).ResponseAsync.FailsSoonWith(StatusCode.NotFound, "the call");
        await link.DropServerAsync();

        seen.Should().Equal("only before Unary", "only caught NotFound");
    }

    [Fact]
    public async Task An_exception_in_a_server_interceptor_is_UNKNOWN_like_one_in_a_handler()
    {
        var link = Start(server => server.Interceptors.Add(new Breaking()));

        var error = await link.Client.UnaryAsync(new Request())
            .ResponseAsync.FailsSoonWith(StatusCode.Unknown, "the call");

        error.Status.Detail.Should().Be("Exception was thrown by handler.");
    }

    private static async Task CallEveryKind(TestService.TestServiceClient client)
    {
        await Task.Run(() => client.Unary(new Request()), Stop).Soon("the blocking call");
        await client.UnaryAsync(new Request()).ResponseAsync.Soon("the unary call");
        using var server = client.ServerStreaming(new Request());
        await ReadAll(server.ResponseStream);
        using var clientStreaming = client.ClientStreaming();
        await clientStreaming.RequestStream.CompleteAsync().Soon("the half-close");
        await clientStreaming.ResponseAsync.Soon("the client-streaming call");
        using var both = client.Bidirectional();
        await both.RequestStream.CompleteAsync().Soon("the half-close");
        await ReadAll(both.ResponseStream);
    }

    private sealed class Refusing : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            throw new RpcException(new Status(StatusCode.PermissionDenied, "not you"));
    }

    private sealed class Breaking : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            throw new InvalidOperationException("out of order");
    }
}
