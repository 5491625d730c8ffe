using System.IO.Hashing;
using Google.Protobuf;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;

namespace WinApi.Server.Tests;

public sealed class ServicesTests : HostTest
{
    [Fact]
    public async Task Echo_answers_in_all_four_kinds_of_call()
    {
        var host = await StartHostAsync();
        var client = new Echo.EchoClient(Connect(host.Endpoint));
        var payload = ByteString.CopyFrom(1, 2, 3);

        var unary = await client.UnaryEchoAsync(new EchoRequest { Text = "one", Payload = payload })
            .ResponseAsync.Soon("the reply");
        using var server = client.ServerStreamingEcho(
            new EchoStreamRequest { Text = "many", Payload = payload, Count = 3 });
        var many = await ReadAll(server.ResponseStream);
        using var clientStreaming = client.ClientStreamingEcho();
        await clientStreaming.RequestStream.WriteAsync(new EchoRequest { Text = "a", Payload = payload })
            .Soon("a write");
        await clientStreaming.RequestStream.WriteAsync(new EchoRequest { Text = "b", Payload = payload })
            .Soon("a write");
        await clientStreaming.RequestStream.CompleteAsync().Soon("the half-close");
        var summary = await clientStreaming.ResponseAsync.Soon("the summary");
        using var both = client.BidirectionalStreamingEcho();
        await both.RequestStream.WriteAsync(new EchoRequest { Text = "x" }).Soon("a write");
        await both.RequestStream.WriteAsync(new EchoRequest { Text = "y" }).Soon("a write");
        await both.RequestStream.CompleteAsync().Soon("the half-close");
        var echoes = await ReadAll(both.ResponseStream);

        unary.Should().Be(new EchoReply { Text = "one", Payload = payload });
        many.Should().Equal(Enumerable.Range(0, 3)
            .Select(sequence => new EchoReply { Text = "many", Payload = payload, Sequence = (uint)sequence }));
        summary.Should().Be(new EchoSummary { Text = "ab", Count = 2, PayloadBytes = 6 });
        echoes.Select(echo => (echo.Text, echo.Sequence)).Should().Equal(("x", 0u), ("y", 1u));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(1_000_003)]
    public async Task Buffers_are_written_read_verified_and_summed_in_place(int length)
    {
        var host = await StartHostAsync();
        var channel = Connect(host.Endpoint);
        var client = new BufferTest.BufferTestClient(channel);
        using var buffer = await channel.RentBufferAsync(length, Stop).AsTask().Soon("a buffer");
        var expected = Enumerable.Range(0, length).Select(index => new byte[] { 0xDD, 0xCC, 0xBB, 0xAA }[index % 4])
            .ToArray();
        var checksum = Crc32.HashToUInt32(expected);

        var written = await Run(BufferOperation.Write);
        buffer.ReadOnlySpan.SequenceEqual(expected).Should().BeTrue();
        var read = await Run(BufferOperation.Read);
        var verified = await Run(BufferOperation.Verify);
        buffer.Span[length - 1] ^= 1;
        buffer.Span[0] ^= 1;
        var spoilt = await Run(BufferOperation.Verify);
        buffer.Span[length - 1] ^= 1;
        buffer.Span[0] ^= 1;
        var summed = await Run(BufferOperation.Checksum);

        foreach (var result in (BufferTestResult[])[written, read, verified, summed])
        {
            result.BytesProcessed.Should().Be((ulong)length);
            result.Checksum.Should().Be(checksum);
            result.MismatchedBytes.Should().Be(0);
        }

        spoilt.MismatchedBytes.Should().Be(2);

        Task<BufferTestResult> Run(BufferOperation operation) => client.RunAsync(
            new BufferTestRequest { Buffers = { buffer.Reference }, Operation = operation, Pattern = 0xAABBCCDD })
                .ResponseAsync.Soon($"{operation}");
    }

    [Fact]
    public async Task A_buffer_request_that_makes_no_sense_is_INVALID_ARGUMENT()
    {
        var host = await StartHostAsync();
        var channel = Connect(host.Endpoint);
        var client = new BufferTest.BufferTestClient(channel);
        using var buffer = await channel.RentBufferAsync(10, Stop).AsTask().Soon("a buffer");

        await Refuses(new BufferTestRequest { Operation = BufferOperation.Read });
        await Refuses(new BufferTestRequest { Buffers = { buffer.Reference } });
        await Refuses(new BufferTestRequest { Buffers = { buffer.Reference }, Operation = (BufferOperation)99 });
        await Refuses(new BufferTestRequest { Buffers = { new BufferRef { Lease = 12345, Length = 10 } },
            Operation = BufferOperation.Read });

        async Task Refuses(BufferTestRequest request)
        {
            var error = await Record.ExceptionAsync(() => client.RunAsync(request).ResponseAsync.Soon("the call"));
            error.Should().BeOfType<RpcException>().Which.StatusCode.Should().Be(StatusCode.InvalidArgument);
        }
    }

    [Fact]
    public async Task A_performance_test_that_makes_no_sense_is_INVALID_ARGUMENT()
    {
        var host = await StartHostAsync();
        var client = new PerfTest.PerfTestClient(Connect(host.Endpoint));

        await Refuses(new PerfTestMessage { Echo = new PerfProbe() });
        await Refuses(new PerfTestMessage { Start = new PerfTestRequest() });
        await Refuses(new PerfTestMessage { Start = new PerfTestRequest { TestType = PerfTestType.Latency } });
        var tooMuch = new PerfTestRequest { TestType = PerfTestType.Throughput, TargetBytes = ulong.MaxValue };
        await Refuses(new PerfTestMessage { Start = tooMuch });

        async Task Refuses(PerfTestMessage first)
        {
            using var call = client.Run();
            await call.RequestStream.WriteAsync(first).Soon("the write");
            var error = await Record.ExceptionAsync(() => call.ResponseStream.MoveNext(Stop).Soon("the call"));
            error.Should().BeOfType<RpcException>().Which.StatusCode.Should().Be(StatusCode.InvalidArgument);
        }
    }

    [Fact]
    public async Task A_latency_test_with_an_echo_out_of_order_is_INVALID_ARGUMENT()
    {
        var host = await StartHostAsync();
        using var call = new PerfTest.PerfTestClient(Connect(host.Endpoint)).Run();
        await call.RequestStream.WriteAsync(
            new PerfTestMessage { Start = new PerfTestRequest { TestType = PerfTestType.Latency, Iterations = 10 } })
                .Soon("the write");
        (await call.ResponseStream.MoveNext(Stop).Soon("the first probe")).Should().BeTrue();
        var sequence = call.ResponseStream.Current.Probe.Sequence;
        await call.RequestStream.WriteAsync(new PerfTestMessage { Echo = new PerfProbe { Sequence = sequence + 5 } })
            .Soon("the wrong echo");

        var error = await Record.ExceptionAsync(() => call.ResponseStream.MoveNext(Stop).Soon("the call"));

        error.Should().BeOfType<RpcException>().Which.StatusCode.Should().Be(StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task Health_is_SERVING_for_the_host_and_each_of_its_services()
    {
        var host = await StartHostAsync();
        var client = new Health.HealthClient(Connect(host.Endpoint));

        foreach (var service in (string[])["", "winapi.v1.Echo", "winapi.v1.BufferTest", "winapi.v1.PerfTest"])
        {
            var reply = await client.CheckAsync(new HealthCheckRequest { Service = service })
                .ResponseAsync.Soon("the check");
            reply.Status.Should().Be(HealthCheckResponse.Types.ServingStatus.Serving);
        }
    }

    [Fact]
    public async Task Reflection_lists_the_services()
    {
        var host = await StartHostAsync();
        using var call = new ServerReflection.ServerReflectionClient(Connect(host.Endpoint)).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }).Soon("the question");
        (await call.ResponseStream.MoveNext(Stop).Soon("the answer")).Should().BeTrue();

        call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name)
            .Should().Contain(["winapi.v1.Echo", "winapi.v1.BufferTest", "winapi.v1.PerfTest",
                "grpc.health.v1.Health"]);
    }

    private static async Task<List<EchoReply>> ReadAll(IAsyncStreamReader<EchoReply> stream)
    {
        var replies = new List<EchoReply>();
        while (await stream.MoveNext(Stop).Soon("a reply or the end"))
        {
            replies.Add(stream.Current);
        }

        return replies;
    }
}
