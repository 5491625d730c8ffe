using System.Text.Json;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using WinApi.Transport.HyperV.Diagnostics;

namespace WinApi.Transport.HyperV.Tests.Diagnostics;

public sealed class FrameTraceTests
{
    private const string Secret = "correct-horse-battery-staple";

    [Fact]
    public async Task Both_sides_tell_the_call_with_its_method_and_the_keys_of_its_metadata()
    {
        using var log = new FrameLog(LogLevel.Trace);
        await using (var host = new ObservedHost(log))
        {
            for (var call = 0; call < 2; call++)
            {
                await host.Client.EchoAsync(new Plain(), new Metadata { { "session-secret", Secret } })
                    .ResponseAsync.Soon("the reply");
            }
        }

        var calls = log.Frames.Where(frame => Text(frame, "type") == "Call").ToList();
        calls.Should().HaveCount(4);
        calls.Select(frame => $"{Text(frame, "side")} {Text(frame, "direction")}").Distinct()
            .Should().BeEquivalentTo("client sent", "host received");
        foreach (var call in calls)
        {
            Text(call, "api").Should().Be("/winapi.shapes.Target/Echo", "it is told where the frame has its number alone too");
            call.GetProperty("metadata").EnumerateArray().Select(key => key.GetString()).Should().Equal("session-secret");
            call.GetProperty("request_id").GetInt32().Should().BePositive();
        }

        log.Frames.Should().Contain(frame => Text(frame, "type") == "Trailers" && Text(frame, "status") == "OK");
        log.Lines.Should().NotContain(line => line.Contains(Secret));
        log.Lines.Should().NotContain(line => line.Contains('\n'));
    }

    [Fact]
    public async Task Of_the_handshake_only_lengths_are_told()
    {
        using var log = new FrameLog(LogLevel.Trace);
        await using (var host = new ObservedHost(log))
        {
            await host.Channel.ConnectAsync(TestContext.Current.CancellationToken);
        }

        var handshake = log.Frames.Where(frame => Text(frame, "type") == "Handshake").ToList();
        handshake.Should().NotBeEmpty();
        handshake.SelectMany(frame => frame.EnumerateObject()).Select(property => property.Name).Distinct().Should().BeEquivalentTo(
            "direction", "side", "type", "request_id", "flags", "flag_names", "code", "head_size", "body_size");
    }

    [Fact]
    public async Task Of_a_payload_the_first_32_bytes_are_told()
    {
        using var log = new FrameLog(LogLevel.Trace);
        await using (var host = new ObservedHost(log))
        {
            await host.Client.EchoAsync(new Plain { Payload = ByteString.CopyFrom(new byte[5000]) }).ResponseAsync.Soon("the reply");
        }

        var payloads = log.Frames.Where(frame => frame.TryGetProperty("payload", out _)
            && Text(frame, "type") is "Call" or "Trailers").ToList();
        payloads.Should().HaveCount(4);
        payloads.Should().OnlyContain(frame =>
            frame.GetProperty("payload_size").GetInt32() > 5000 && Text(frame, "payload")!.Length == 64);
    }

    [Fact]
    public async Task Of_a_message_in_shared_memory_it_is_told_where_it_lies()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "memory is shared over a Unix socket in Linux alone");
        using var log = new FrameLog(LogLevel.Trace);
        await using (var host = new ObservedHost(log))
        {
            await host.Client.EchoAsync(new Plain { Payload = ByteString.CopyFrom(new byte[100_000]) }).ResponseAsync.Soon("the reply");
        }

        var shared = log.Frames.Where(frame => Text(frame, "type") is "Call" or "Trailers").ToList();
        shared.Should().HaveCount(4);
        shared.Should().OnlyContain(frame => frame.GetProperty("payload_size").GetInt64() > 100_000
            && frame.GetProperty("payload_offset").GetInt64() > 0 && frame.GetProperty("lease").GetInt64() > 0);
        shared.Should().OnlyContain(frame => Text(frame, "flag_names")!.Contains("Shared"));
    }

    [Fact]
    public void Where_the_level_does_not_ask_for_frames_there_is_no_trace()
    {
        using var log = new FrameLog(LogLevel.Debug);

        FrameTrace.For(log, isClient: true).Should().BeNull();
    }

    private static string? Text(JsonElement frame, string name) =>
        frame.TryGetProperty(name, out var value) ? value.GetString() : null;
}
