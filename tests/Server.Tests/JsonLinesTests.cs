using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;

namespace WinApi.Server.Tests;

/// <summary>A person drives the host with lines of JSON.</summary>
public sealed class JsonLinesTests : HostTest
{
    [Fact]
    public async Task A_line_is_a_call_and_the_next_line_its_reply()
    {
        using var client = await ConnectAsync(await StartHostAsync());

        await client.Writer.WriteLineAsync("""{"call":"/winapi.v1.Echo/UnaryEcho","id":1,"request":{"text":"Grüße"}}""");

        var answer = await client.ReadAsync();
        answer.GetProperty("id").GetInt32().Should().Be(1);
        answer.GetProperty("reply").GetProperty("text").GetString().Should().Be("Grüße");
    }

    [Fact]
    public async Task A_stream_of_replies_ends_with_a_line_that_says_so()
    {
        using var client = await ConnectAsync(await StartHostAsync());

        await client.Writer.WriteLineAsync(
            """{"call":"/winapi.v1.Echo/ServerStreamingEcho","id":"s","request":{"text":"x","count":3}}""");

        for (var i = 0; i < 3; i++)
        {
            (await client.ReadAsync()).GetProperty("reply").GetProperty("text").GetString().Should().Be("x");
        }

        (await client.ReadAsync()).GetRawText().Should().Be("""{"id":"s","end":true}""");
    }

    [Theory]
    [InlineData("""{"call":"/winapi.v1.Echo/None","id":7}""", "UNIMPLEMENTED", "/winapi.v1.Echo/None")]
    [InlineData("""{"call":"/winapi.v1.Echo/ClientStreamingEcho","id":7}""", "UNIMPLEMENTED", "stream of requests")]
    [InlineData("""{"call":"/winapi.v1.Echo/UnaryEcho","id":7,"request":{"no_such_field":1}}""", "INVALID_ARGUMENT", "no_such_field")]
    [InlineData("""{"call":"/winapi.v1.Echo/UnaryEcho","id":7,"request":5}""", "INVALID_ARGUMENT", "request")]
    [InlineData("""{"id":7}""", "INVALID_ARGUMENT", "call")]
    public async Task What_is_wrong_with_a_line_is_told_and_the_next_is_read(string line, string code, string word)
    {
        using var client = await ConnectAsync(await StartHostAsync());

        await client.Writer.WriteLineAsync(line);
        var answer = await client.ReadAsync();
        await client.Writer.WriteLineAsync("""{"call":"/winapi.v1.Echo/UnaryEcho","id":8}""");

        answer.GetProperty("id").GetInt32().Should().Be(7);
        answer.GetProperty("error").GetProperty("code").GetString().Should().Be(code);
        answer.GetProperty("error").GetProperty("message").GetString().Should().Contain(word);
        (await client.ReadAsync()).GetProperty("id").GetInt32().Should().Be(8);
    }

    [Fact]
    public async Task A_line_that_is_no_JSON_is_told_without_an_id()
    {
        using var client = await ConnectAsync(await StartHostAsync());

        await client.Writer.WriteLineAsync("{nonsense");

        var answer = await client.ReadAsync();
        answer.TryGetProperty("id", out _).Should().BeFalse();
        answer.GetProperty("error").GetProperty("code").GetString().Should().Be("INVALID_ARGUMENT");
    }

    [Fact]
    public async Task A_line_over_the_limit_ends_the_connection_with_the_reason_and_the_host_serves_others()
    {
        var host = await StartHostAsync();
        using var client = await ConnectAsync(host);

        await client.Writer.WriteAsync("{" + new string('x', (1024 * 1024) + 1));

        (await client.ReadAsync()).GetProperty("error").GetProperty("code").GetString().Should().Be("RESOURCE_EXHAUSTED");
        using var other = await ConnectAsync(host);
        await other.Writer.WriteLineAsync("""{"call":"/winapi.v1.Echo/UnaryEcho","id":1}""");
        (await other.ReadAsync()).TryGetProperty("reply", out _).Should().BeTrue();
    }

    [Fact]
    public async Task More_calls_than_run_at_once_are_all_answered()
    {
        using var client = await ConnectAsync(await StartHostAsync());
        for (var id = 0; id < 100; id++)
        {
            await client.Writer.WriteLineAsync($$"""{"call":"/winapi.v1.Echo/UnaryEcho","id":{{id}}}""");
        }

        var ids = new List<int>();
        while (ids.Count < 100)
        {
            ids.Add((await client.ReadAsync()).GetProperty("id").GetInt32());
        }

        ids.Should().BeEquivalentTo(Enumerable.Range(0, 100));
    }

    [Fact]
    public async Task Where_a_token_is_required_the_client_is_told_so_in_JSON()
    {
        var host = await StartHostAsync(
            "--authentication", "required", "--token-file", Path.Combine(NewFolder().FullName, "token"));
        using var client = await ConnectAsync(host);

        await client.Writer.WriteLineAsync("""{"call":"/winapi.v1.Echo/UnaryEcho","id":1}""");

        var error = (await client.ReadAsync()).GetProperty("error");
        error.GetProperty("code").GetString().Should().Be("UNAUTHENTICATED");
        error.GetProperty("message").GetString().Should().Contain("token");
    }

    [Fact]
    public async Task Socat_can_drive_the_host_as_the_README_shows()
    {
        var socat = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => Path.Combine(folder, "socat")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(socat is null, "socat is not installed: apt-get install socat");
        var host = await StartHostAsync();

        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", $$$"""echo '{"call":"/winapi.v1.Echo/UnaryEcho","id":1,"request":{"text":"hello"}}' | socat -t 5 - UNIX-CONNECT:{{{host.SocketPath}}}"""])
        {
            RedirectStandardOutput = true,
        };
        using var shell = Process.Start(start)!;
        var printed = await Patience.Soon(shell.StandardOutput.ReadToEndAsync(Stop), "what socat prints");

        printed.Should().Be("""{"id":1,"reply":{ "text": "hello" }}""" + "\n");
    }

    private static async Task<JsonClient> ConnectAsync(HostRun host)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(host.SocketPath), Stop);
        return new JsonClient(socket);
    }

    private sealed class JsonClient : IDisposable
    {
        private readonly NetworkStream _stream;
        private readonly StreamReader _reader;

        public JsonClient(Socket socket)
        {
            _stream = new NetworkStream(socket, ownsSocket: true);
            _reader = new StreamReader(_stream);
            Writer = new StreamWriter(_stream) { AutoFlush = true };
        }

        public StreamWriter Writer { get; }

        public async Task<JsonElement> ReadAsync()
        {
            var line = await _reader.ReadLineAsync(Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Stop);
            line.Should().NotBeNull("an answer is awaited");
            using var document = JsonDocument.Parse(line!);
            return document.RootElement.Clone();
        }

        public void Dispose() => _stream.Dispose();
    }
}
