using Google.Rpc;
using Status = Grpc.Core.Status;

namespace WinApi.Conformance.Tests;

public abstract class StatusTests(Bed bed) : ConformanceTest(bed)
{
    public static TheoryData<StatusCode> FailureCodes =>
        new(Enum.GetValues<StatusCode>().Where(code => code != StatusCode.OK));

    [Theory, MemberData(nameof(FailureCodes))]
    public async Task Every_status_code_and_its_detail_reach_the_caller_of_every_kind_of_call(StatusCode code)
    {
        var link = Start();
        var request = new Request
        {
            Script = new Script { Outcome = new Outcome { StatusCode = (uint)code, Detail = $"the detail of {code}" } },
        };

        var unary = await link.Client.UnaryAsync(request).ResponseAsync.FailsSoonWith(code, "a unary call");

        using var serverStreaming = link.Client.ServerStreaming(request);
        var server = await serverStreaming.ResponseStream.MoveNext(Stop).FailsSoonWith(code, "a server-streaming call");

        using var clientStreaming = link.Client.ClientStreaming();
        await clientStreaming.RequestStream.WriteAsync(request).Soon("the write");
        await clientStreaming.RequestStream.CompleteAsync().Soon("the half-close");
        var client = await clientStreaming.ResponseAsync.FailsSoonWith(code, "a client-streaming call");

        using var bidirectional = link.Client.Bidirectional();
        await bidirectional.RequestStream.WriteAsync(request).Soon("the write");
        await bidirectional.RequestStream.CompleteAsync().Soon("the half-close");
        (await bidirectional.ResponseStream.MoveNext(Stop).Soon("the answer")).Should().BeTrue();
        var both = await bidirectional.ResponseStream.MoveNext(Stop).FailsSoonWith(code, "a bidirectional call");

        new[] { unary, server, client, both }.Select(error => error.Status.Detail).Should()
            .OnlyContain(detail => detail == $"the detail of {code}");
        bidirectional.GetStatus().Should().Be(new Status(code, $"the detail of {code}"));
    }

    [Fact]
    public async Task A_good_call_ends_with_OK()
    {
        var link = Start();
        using var call = link.Client.UnaryAsync(new Request());

        await call.ResponseAsync.Soon("the reply");

        call.GetStatus().StatusCode.Should().Be(StatusCode.OK);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Grüße, 世界, 👋, line\r\nbreak, % and \"quotes\"")]
    public async Task A_detail_arrives_letter_for_letter(string detail)
    {
        var link = Start();
        link.Service.UnaryHandler = (_, _) => throw new RpcException(new Status(StatusCode.Aborted, detail));

        var error = await link.Client.UnaryAsync(new Request())
            .ResponseAsync.FailsSoonWith(StatusCode.Aborted, "the call");

        error.Status.Detail.Should().Be(detail);
    }

    [Fact]
    public async Task Trailers_travel_with_a_failure()
    {
        var link = Start();
        link.Service.UnaryHandler = (_, context) =>
        {
            context.ResponseTrailers.Add("from-context", "one");
            throw new RpcException(
                new Status(StatusCode.NotFound, "no such window"), new Metadata { { "from-exception", "two" } });
        };

        var error = await link.Client.UnaryAsync(new Request())
            .ResponseAsync.FailsSoonWith(StatusCode.NotFound, "the call");

        error.Trailers.GetValue("from-context").Should().Be("one");
        error.Trailers.GetValue("from-exception").Should().Be("two");
    }

    [Fact]
    public async Task Rich_status_details_arrive_as_they_were_given()
    {
        var link = Start();
        var given = new Google.Rpc.Status
        {
            Code = (int)Code.InvalidArgument,
            Message = "the request is wrong in two places",
            Details =
            {
                Google.Protobuf.WellKnownTypes.Any.Pack(new BadRequest
                {
                    FieldViolations =
                    {
                        new BadRequest.Types.FieldViolation { Field = "title", Description = "is empty" },
                    },
                }),
                Google.Protobuf.WellKnownTypes.Any.Pack(new ErrorInfo { Reason = "NO_TITLE", Domain = "winapi.test" }),
            },
        };
        link.Service.UnaryHandler = (_, _) => throw given.ToRpcException();

        var error = await link.Client.UnaryAsync(new Request())
            .ResponseAsync.FailsSoonWith(StatusCode.InvalidArgument, "the call");

        var rich = error.GetRpcStatus();
        rich.Should().Be(given);
        rich!.GetDetail<ErrorInfo>()!.Reason.Should().Be("NO_TITLE");
    }

    [Fact]
    public async Task A_status_that_the_handler_sets_without_throwing_is_the_calls_status()
    {
        var link = Start();
        link.Service.UnaryHandler = (_, context) =>
        {
            context.Status = new Status(StatusCode.DataLoss, "half of it is gone");
            return Task.FromResult(new Reply());
        };

        var error = await link.Client.UnaryAsync(new Request())
            .ResponseAsync.FailsSoonWith(StatusCode.DataLoss, "the call");

        error.Status.Detail.Should().Be("half of it is gone");
    }

    [Fact]
    public async Task Replies_before_a_failure_are_delivered_before_it()
    {
        var link = Start();
        using var call = link.Client.ServerStreaming(new Request
        {
            Script = new Script
            {
                ReplyCount = 20,
                ReplyBytes = 100,
                Outcome = new Outcome { StatusCode = (uint)StatusCode.Internal },
            },
        });

        for (var sequence = 0u; sequence < 20; sequence++)
        {
            (await call.ResponseStream.MoveNext(Stop).Soon($"reply {sequence}")).Should().BeTrue();
            call.ResponseStream.Current.Sequence.Should().Be(sequence);
        }

        await call.ResponseStream.MoveNext(Stop).FailsSoonWith(StatusCode.Internal, "the end of the stream");
    }

    [Fact]
    public async Task A_status_is_not_to_be_asked_for_before_the_call_has_ended()
    {
        var link = Start();
        using var call = link.Client.UnaryAsync(new Request { Script = new Script { Hold = Hold.UntilReleased } });
        await link.Service.Call().Held.Soon("the handler");

        call.Invoking(running => running.GetStatus()).Should().Throw<InvalidOperationException>();
        call.Invoking(running => running.GetTrailers()).Should().Throw<InvalidOperationException>();

        link.Service.Call().Release();
        await call.ResponseAsync.Soon("the reply");
        call.GetStatus().StatusCode.Should().Be(StatusCode.OK);
        call.GetTrailers().Should().BeEmpty();
    }
}
