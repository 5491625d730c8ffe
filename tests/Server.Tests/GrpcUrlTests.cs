using System.Runtime.InteropServices;
using WinApi.Transport.Http2;

namespace WinApi.Server.Tests;

/// <summary>The host with WINAPI_GRPC_URL.</summary>
public sealed class GrpcUrlTests : HostTest
{
    [Fact]
    public async Task It_serves_gRPC_beside_its_socket_and_stops_when_asked_though_a_stream_is_open()
    {
        var endpoint = $"unix://{NewFolder()}/host.sock";
        var program = StartProgram(
            ["--endpoint", endpoint, "--shutdown-timeout-seconds", "1"], ("WINAPI_GRPC_URL", "http://127.0.0.1:0"));
        var url = (await program.PrintsAsync("listening on http://"))["listening on ".Length..];
        await using var channel = WinApiChannel.Open(url);
        using var call = new Echo.EchoClient(channel).BidirectionalStreamingEcho(cancellationToken: Stop);
        await call.RequestStream.WriteAsync(new EchoRequest { Text = "first" }, Stop).Soon("the writing");
        (await call.ResponseStream.MoveNext(Stop).Soon("the reply")).Should().BeTrue();
        (await new Echo.EchoClient(Connect(endpoint)).UnaryEchoAsync(new EchoRequest { Text = "beside" })
            .ResponseAsync.Soon("the reply")).Text.Should().Be("beside");

        program.Signal(PosixSignal.SIGTERM);

        (await program.EndsAsync()).Should().Be(0);
        (await Record.ExceptionAsync(() => call.ResponseStream.MoveNext(Stop).Soon("the call's end"))).Should().BeOfType<RpcException>();
    }

    [Fact]
    public async Task Rules_count_for_gRPC_as_for_the_socket()
    {
        var program = StartProgram(
            ["--endpoint", $"unix://{NewFolder()}/host.sock", "--grpc-url", "http://127.0.0.1:0", "--allow", "/winapi.v1.PerfTest/=endpoint:unix:"]);
        await using var channel = WinApiChannel.Open((await program.PrintsAsync("listening on http://"))["listening on ".Length..]);

        await new Echo.EchoClient(channel).UnaryEchoAsync(new EchoRequest()).ResponseAsync.Soon("the reply");
        var error = await Record.ExceptionAsync(() => new PerfTest.PerfTestClient(channel).ExchangeAsync(
            new PerfExchangeRequest()).ResponseAsync.Soon("the call"));

        error.Should().BeOfType<RpcException>().Which.StatusCode.Should().Be(StatusCode.PermissionDenied);
        await program.LogsAsync("1403", "PerfTest");
    }

    [Fact]
    public async Task Refusals_left_out_of_the_log_are_told_when_it_stops()
    {
        var program = StartProgram(
            ["--endpoint", $"unix://{NewFolder()}/host.sock", "--grpc-url", "http://127.0.0.1:0",
            "--allow", "/=endpoint:unix:", "--max-audit-entries-per-minute", "2"]);
        await using var channel = WinApiChannel.Open((await program.PrintsAsync("listening on http://"))["listening on ".Length..]);
        for (var i = 0; i < 5; i++)
        {
            var error = await Record.ExceptionAsync(() =>
                new Echo.EchoClient(channel).UnaryEchoAsync(new EchoRequest()).ResponseAsync.Soon("the call"));
            error.Should().BeOfType<RpcException>().Which.StatusCode.Should().Be(StatusCode.PermissionDenied);
        }

        program.Signal(PosixSignal.SIGTERM);

        (await program.EndsAsync()).Should().Be(0);
        await program.LogsAsync("1405", "3 more of MethodDenied");
    }
}
