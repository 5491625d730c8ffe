using System.Text.Json.Nodes;

namespace WinApi.Native.Client.Tests;

/// <summary>Both ends print every frame: what one says it sent, the other says it received, word for word.</summary>
public sealed class FrameTraceTests : NativeTest
{
    [Theory]
    [InlineData("auto")]
    [InlineData("none")]
    public async Task The_C_client_prints_frames_as_the_host_does(string sharedMemory)
    {
        var folder = Directory.CreateTempSubdirectory("winapi-");
        var endpoint = $"unix://{folder.FullName}/host.sock";
        var host = StartHost(["--endpoint", endpoint, "--shared-memory", sharedMemory], ("WINAPI_LOG_LEVEL", "TRACE"));
        await host.PrintsAsync("listening on ");
        var client = await RunAsync(
            Path.Combine(await NativeBuild.AddressSanitizerAsync(), "native", "test_client"), ["--test", "echo", "--endpoint", endpoint],
            ("WINAPI_LOG_LEVEL", "TRACE"));
        await host.LogsAsync("\"direction\":\"received\"", "\"Goodbye\"");

        var ofClient = Frames(client.Errors);
        var ofHost = Frames(host.Errors);

        client.ExitCode.Should().Be(0, client.Everything);
        ofClient.Should().Contain(frame => (string?)frame["api"] == "/winapi.v1.Echo/UnaryEcho");
        Of(ofClient, "sent").Should().Equal(Of(ofHost, "received"));
        Of(ofClient, "received").Should().Equal(Of(ofHost, "sent"));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_level_that_is_none_is_refused_with_those_that_are()
    {
        var run = await RunAsync(
            Path.Combine(await NativeBuild.PlainAsync(), "native", "test_client"), ["--test", "echo", "--endpoint", "unix:///tmp/none.sock"],
            ("WINAPI_LOG_LEVEL", "LOUD"));

        run.Everything.Should().Contain("WINAPI_LOG_LEVEL is 'LOUD'; it must be TRACE, DEBUG, INFO, WARN or ERROR");
    }

    private static JsonObject[] Frames(IEnumerable<string> lines) =>
        [.. lines.Where(line => line.Contains('{', StringComparison.Ordinal) && line.Contains("\"direction\"", StringComparison.Ordinal))
            .Select(line => JsonNode.Parse(line[line.IndexOf('{', StringComparison.Ordinal)..])!.AsObject())];

    /// <summary>In the order of each direction; without what names the end, and what only one end tells of its own text.</summary>
    private static string[] Of(JsonObject[] frames, string direction) => [.. frames
        .Where(frame => (string?)frame["direction"] == direction)
        .Select(frame => new JsonObject(frame.Where(entry => entry.Key is not ("direction" or "side" or "reason" or "message"))
            .Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()))).ToJsonString())];
}
