namespace WinApi.Conformance.Tests;

public abstract class MetadataTests(Bed bed) : ConformanceTest(bed)
{
    private const int Limit = 4096;

    private static readonly Request Echo = new() { Script = new Script { EchoMetadata = true } };

    [Fact]
    public async Task Text_metadata_goes_there_and_back_as_headers_and_trailers()
    {
        var link = Start();
        using var call = link.Client.UnaryAsync(
            Echo, new Metadata { { "echo-a", "there and back" }, { "trail-b", "at the end" } });

        var headers = await call.ResponseHeadersAsync.Soon("the headers");
        await call.ResponseAsync.Soon("the reply");

        headers.GetValue("echo-a").Should().Be("there and back");
        call.GetTrailers().GetValue("trail-b").Should().Be("at the end");
        headers.Get("trail-b").Should().BeNull();
        call.GetTrailers().Get("echo-a").Should().BeNull();
    }

    [Fact]
    public async Task Binary_metadata_keeps_every_byte()
    {
        var link = Start();
        var all = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();
        using var call = link.Client.UnaryAsync(
            Echo, new Metadata { { "echo-all-bin", all }, { "echo-none-bin", [] }, { "trail-all-bin", all } });

        var headers = await call.ResponseHeadersAsync.Soon("the headers");
        await call.ResponseAsync.Soon("the reply");

        headers.GetValueBytes("echo-all-bin").Should().Equal(all);
        headers.GetValueBytes("echo-none-bin").Should().BeEmpty();
        call.GetTrailers().GetValueBytes("trail-all-bin").Should().Equal(all);
    }

    [Fact]
    public async Task A_key_given_many_times_keeps_all_its_values_in_order()
    {
        var link = Start();
        var metadata = new Metadata { { "echo-many", "first" }, { "echo-other", "between" }, { "echo-many", "second" },
            { "echo-many", "first" } };
        using var call = link.Client.UnaryAsync(Echo, metadata);

        var headers = await call.ResponseHeadersAsync.Soon("the headers");

        headers.GetAll("echo-many").Select(entry => entry.Value).Should().Equal("first", "second", "first");
    }

    [Fact]
    public async Task The_handler_sees_the_callers_metadata_with_keys_in_lower_case()
    {
        var link = Start();

        await link.Client.UnaryAsync(new Request(), new Metadata { { "Mixed-Case", "value" } })
            .ResponseAsync.Soon("the reply");
        var context = await link.Service.Call().Entered.Soon("the handler");

        context.RequestHeaders.Should().ContainSingle(entry => entry.Key == "mixed-case").Which.Value.Should()
            .Be("value");
    }

    [Fact]
    public async Task Headers_sent_early_arrive_before_the_reply()
    {
        var link = Start();
        using var call = link.Client.UnaryAsync(
            new Request { Script = new Script { HeadersEarly = true, EchoMetadata = true, Hold = Hold.UntilReleased } },
            new Metadata { { "echo-a", "early" } });

        var headers = await call.ResponseHeadersAsync.Soon("the headers");

        headers.GetValue("echo-a").Should().Be("early");
        call.ResponseAsync.IsCompleted.Should().BeFalse("the handler holds back its reply");
        link.Service.Call().Release();
        await call.ResponseAsync.Soon("the reply");
    }

    [Fact]
    public async Task Headers_sent_early_arrive_before_the_first_streamed_reply()
    {
        var link = Start();
        using var call = link.Client.ServerStreaming(
            new Request { Script = new Script { HeadersEarly = true, Hold = Hold.UntilReleased } });

        (await call.ResponseHeadersAsync.Soon("the headers")).Should().BeEmpty();

        link.Service.Call().Release();
        (await ReadAll(call.ResponseStream)).Should().BeEmpty();
    }

    [Fact]
    public async Task Where_the_handler_sends_no_headers_the_caller_gets_an_empty_set()
    {
        var link = Start();
        using var call = link.Client.ServerStreaming(new Request { Script = new Script { ReplyCount = 1 } });

        (await call.ResponseHeadersAsync.Soon("the headers")).Should().BeEmpty();

        (await ReadAll(call.ResponseStream)).Should().HaveCount(1);
    }

    [Fact]
    public async Task Streaming_calls_carry_metadata_like_unary_ones()
    {
        var link = Start();
        using var call = link.Client.Bidirectional(new Metadata { { "echo-a", "there" }, { "trail-b", "end" } });
        await call.RequestStream.WriteAsync(Echo).Soon("the write");
        await call.RequestStream.CompleteAsync().Soon("the half-close");

        (await call.ResponseHeadersAsync.Soon("the headers")).GetValue("echo-a").Should().Be("there");
        await ReadAll(call.ResponseStream);
        call.GetTrailers().GetValue("trail-b").Should().Be("end");
    }

    [Fact]
    public async Task Headers_can_be_sent_once_only()
    {
        var link = Start();
        link.Service.UnaryHandler = async (_, context) =>
        {
            await context.WriteResponseHeadersAsync([]);
            await context.WriteResponseHeadersAsync([]);
            return new Reply();
        };

        await link.Client.UnaryAsync(new Request()).ResponseAsync.FailsSoonWith(StatusCode.Unknown, "the call");

        (await link.Service.Call().Left.Soon("the handler's end")).Should().BeOfType<InvalidOperationException>();
    }

    [Fact]
    public async Task Request_metadata_over_the_limit_is_refused_with_the_limits_name()
    {
        var link = Start(server => server.MaxMetadataBytes = Limit, channel => channel.MaxMetadataBytes = Limit);

        var error = await link.Client.UnaryAsync(new Request(), TooMuch("echo-a")).ResponseAsync
            .FailsSoonWith(StatusCode.ResourceExhausted, "a call with too much metadata");

        error.Status.Detail.Should().Contain("MaxMetadataBytes").And.Contain($"{Limit}");
        link.Service.Calls.Should().Be(0);
        await ConnectionStillWorks(link);
    }

    [Fact]
    public async Task Request_metadata_over_the_servers_limit_alone_is_refused_too()
    {
        var link = Start(server => server.MaxMetadataBytes = Limit);

        var error = await link.Client.UnaryAsync(new Request(), TooMuch("echo-a")).ResponseAsync
            .FailsSoonWith(StatusCode.ResourceExhausted, "a call with too much metadata for the server");

        error.Status.Detail.Should().Contain("MaxMetadataBytes").And.Contain($"{Limit}");
        link.Service.Calls.Should().Be(0);
        await ConnectionStillWorks(link);
    }

    [Theory]
    [InlineData("echo-a")]
    [InlineData("trail-a")]
    public async Task Response_metadata_over_the_clients_limit_is_refused_with_the_limits_name(string key)
    {
        // Left at its default the server takes what the client, limited to less, may not be sent back.
        var link = Start(channel: channel => channel.MaxMetadataBytes = Limit);
        link.Service.UnaryHandler = async (_, context) =>
        {
            if (key == "trail-a")
            {
                context.ResponseTrailers.Add(TooMuch(key)[0]);
            }
            else
            {
                await context.WriteResponseHeadersAsync(TooMuch(key));
            }

            return new Reply();
        };

        var error = await link.Client.UnaryAsync(new Request()).ResponseAsync
            .FailsSoonWith(StatusCode.ResourceExhausted, "a reply with too much metadata");

        error.Status.Detail.Should().Contain("MaxMetadataBytes").And.Contain($"{Limit}");
        link.Service.UnaryHandler = null;
        await ConnectionStillWorks(link);
    }

    private static Metadata TooMuch(string key) => new() { { key, new string('x', Limit + 1) } };

    private static async Task ConnectionStillWorks(Link link)
    {
        using var call = link.Client.UnaryAsync(Echo, new Metadata { { "echo-a", "small" } });
        (await call.ResponseHeadersAsync.Soon("the headers of the call after")).GetValue("echo-a").Should().Be("small");
        await call.ResponseAsync.Soon("the call after");
    }
}
