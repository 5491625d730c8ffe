using System.Text.Json;
using Google.Protobuf;

namespace WinApi.Server.Tests;

public sealed class SettingsTests : HostTest
{
    [Fact]
    public async Task The_message_limit_can_be_set_and_is_named_to_who_passes_it()
    {
        var host = await StartHostAsync("--max-receive-message-bytes", "64KiB");
        var client = new Echo.EchoClient(Connect(host.Endpoint));

        var error = await Record.ExceptionAsync(() => client.UnaryEchoAsync(
            new EchoRequest { Payload = ByteString.CopyFrom(new byte[64 * 1024]) }).ResponseAsync.Soon("the call"));

        var rpc = error.Should().BeOfType<RpcException>().Subject;
        rpc.StatusCode.Should().Be(StatusCode.ResourceExhausted);
        rpc.Status.Detail.Should().Contain("MaxReceiveMessageBytes").And.Contain("65536");
    }

    [Fact]
    public async Task Without_shared_memory_the_host_works_inline_and_clients_know()
    {
        var host = await StartHostAsync("--shared-memory", "none");
        var channel = Connect(host.Endpoint);
        using var buffer = await channel.RentBufferAsync(100_000, Stop).AsTask().Soon("a buffer");

        var result = await new BufferTest.BufferTestClient(channel).RunAsync(
            new BufferTestRequest { Buffers = { buffer.Reference }, Operation = BufferOperation.Write,
                Pattern = 0x01010101 }).ResponseAsync.Soon("the reply");

        result.BytesProcessed.Should().Be(100_000);
        buffer.ReadOnlySpan.IndexOfAnyExcept((byte)1).Should().Be(-1);
        channel.Connection!.Memory.Should().Be("none");
    }

    [Fact]
    public async Task Log_lines_for_machines_are_each_a_JSON_object_on_standard_error()
    {
        var host = await StartHostAsync("--log-format", "json", "--log-level", "DEBUG");
        await new Echo.EchoClient(Connect(host.Endpoint)).UnaryEchoAsync(new EchoRequest())
            .ResponseAsync.Soon("the reply");
        await host.Program.KillAsync();

        host.Program.Errors.Should().NotBeEmpty();
        foreach (var line in host.Program.Errors)
        {
            using var entry = JsonDocument.Parse(line);
            entry.RootElement.ValueKind.Should().Be(JsonValueKind.Object);
        }
    }
}
