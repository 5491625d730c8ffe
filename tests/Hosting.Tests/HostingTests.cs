using Microsoft.Extensions.Logging;

namespace WinApi.Hosting.Tests;

/// <summary>A .NET host with a server, and another with clients.</summary>
public sealed class HostingTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");
    private readonly VisitBook _book = new();
    private readonly IHost _server;
    private readonly IHost _client;

    public HostingTests()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(_book).AddScoped<Visit>();
        builder.Services.AddHyperVServer(options => options.Endpoints.Add(Endpoint)).AddService<VisitedEcho>();
        _server = builder.Build();

        builder = Host.CreateApplicationBuilder();
        builder.Services.Configure<HyperVChannelOptions>(options => options.Endpoint = Endpoint);
        builder.Services.AddHyperVClient<Echo.EchoClient>().AddHyperVClient<BufferTest.BufferTestClient>();
        _client = builder.Build();
    }

    private TransportEndpoint Endpoint => TransportEndpoint.Parse($"unix://{_folder.FullName}/host.sock");

    private Echo.EchoClient Echo => _client.Services.GetRequiredService<Echo.EchoClient>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _server.StartAsync(Stop);

    public async ValueTask DisposeAsync()
    {
        await ((IAsyncDisposable)_client).DisposeAsync();
        await ((IAsyncDisposable)_server).DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Each_call_has_a_scope_which_ends_with_it()
    {
        var first = await Echo.UnaryEchoAsync(new EchoRequest { Text = "visit" }, cancellationToken: Stop);
        await _book.NextEndAsync();
        var second = await Echo.UnaryEchoAsync(new EchoRequest { Text = "visit" }, cancellationToken: Stop);
        await _book.NextEndAsync();

        (first.Text, second.Text).Should().Be(("visit 1", "visit 2"));
        (first.Sequence, second.Sequence).Should().Be((0u, 1u), "the scope of the first was over by then");
        _book.Over.Should().Be(2);
    }

    [Fact]
    public async Task A_scope_lasts_as_long_as_the_streams_of_its_call()
    {
        using var down = Echo.ServerStreamingEcho(new EchoStreamRequest { Count = 3 }, cancellationToken: Stop);
        List<EchoReply> replies = [];
        while (await down.ResponseStream.MoveNext(Stop))
        {
            replies.Add(down.ResponseStream.Current);
        }

        await _book.NextEndAsync();

        replies.Select(reply => (reply.Text, reply.Sequence)).Should().Equal(("1", 0u), ("1", 0u), ("1", 0u));

        using var chat = Echo.BidirectionalStreamingEcho(cancellationToken: Stop);
        for (var i = 0; i < 3; i++)
        {
            await chat.RequestStream.WriteAsync(new EchoRequest { Text = "word" }, Stop);
            (await chat.ResponseStream.MoveNext(Stop)).Should().BeTrue();
            (chat.ResponseStream.Current.Text, chat.ResponseStream.Current.Sequence).Should().Be(("word 2", 1u));
        }

        await chat.RequestStream.CompleteAsync();
        (await chat.ResponseStream.MoveNext(Stop)).Should().BeFalse();
        await _book.NextEndAsync();
    }

    [Fact]
    public async Task A_scope_ends_with_a_call_that_fails_and_its_status_is_told()
    {
        var call = () => Echo.UnaryEchoAsync(new EchoRequest { Text = "fail" }, cancellationToken: Stop).ResponseAsync;

        (await call.Should().ThrowAsync<RpcException>()).Which.Status.Should().Be(new Status(StatusCode.NotFound, "as asked for"));
        await _book.NextEndAsync();
    }

    [Fact]
    public async Task A_method_that_the_class_does_not_implement_is_UNIMPLEMENTED()
    {
        using var call = Echo.ClientStreamingEcho(cancellationToken: Stop);

        var response = () => call.ResponseAsync;

        (await response.Should().ThrowAsync<RpcException>()).Which.StatusCode.Should().Be(StatusCode.Unimplemented);
    }

    [Fact]
    public void Clients_share_a_channel_which_is_a_service_too()
    {
        _client.Services.GetRequiredService<Echo.EchoClient>().Should().BeSameAs(Echo);
        _client.Services.GetRequiredService<BufferChannel>().Should().BeOfType<HyperVChannel>().Which.State.Should().Be(ChannelState.Idle, "nobody has called yet");
    }

    [Fact]
    public async Task A_client_can_have_a_channel_of_its_own()
    {
        var services = new ServiceCollection();
        services.AddHyperVClient<Echo.EchoClient>(options => options.Endpoint = Endpoint);
        await using var provider = services.BuildServiceProvider();

        var reply = await provider.GetRequiredService<Echo.EchoClient>().UnaryEchoAsync(
            new EchoRequest { Text = "own" }, cancellationToken: Stop);

        reply.Text.Should().Be("own 1");
        provider.GetService<BufferChannel>().Should().BeNull();
    }

    [Fact]
    public async Task When_the_host_stops_a_running_call_finishes_and_none_is_taken_any_more()
    {
        using var chat = Echo.BidirectionalStreamingEcho(cancellationToken: Stop);
        await chat.RequestStream.WriteAsync(new EchoRequest { Text = "before" }, Stop);
        (await chat.ResponseStream.MoveNext(Stop)).Should().BeTrue();

        var stopping = _server.StopAsync(Stop);
        await chat.RequestStream.WriteAsync(new EchoRequest { Text = "after" }, Stop);
        (await chat.ResponseStream.MoveNext(Stop)).Should().BeTrue("a call that runs may finish");
        await chat.RequestStream.CompleteAsync();
        (await chat.ResponseStream.MoveNext(Stop)).Should().BeFalse();
        await stopping;

        var late = () => Echo.UnaryEchoAsync(new EchoRequest(), cancellationToken: Stop).ResponseAsync;
        (await late.Should().ThrowAsync<RpcException>()).Which.StatusCode.Should().Be(StatusCode.Unavailable);
    }

    [Fact]
    public void A_class_that_serves_nothing_is_refused_by_name()
    {
        var add = () => new ServiceCollection().AddHyperVServer().AddService<VisitBook>();

        add.Should().Throw<ArgumentException>().WithMessage("VisitBook implements no base generated from a service in a .proto*");
    }
}
