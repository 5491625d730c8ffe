using System.Text;
using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Connections.Authentication;
using WinApi.Transport.HyperV.Protocol;
using WinApi.Transport.HyperV.Tests.HostilePeers;

namespace WinApi.Transport.HyperV.Tests.Authentication;

/// <summary>Who gets in, and what is said to those who do not.</summary>
public sealed class AuthenticationTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");
    private HyperVServer? _server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string HostTokenFile => Path.Combine(_folder.FullName, "host", "token");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync().AsTask().Soon("the server's end");
        }

        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_with_the_hosts_token_gets_in(bool unix)
    {
        StartServer(AuthenticationMode.Required, unix);
        await using var channel = NewChannel(HostTokenFile);

        await channel.ConnectAsync(Stop).Soon("connecting");

        channel.Connection!.Authentication.Should().Be($"token {HostTokenFile}");
    }

    [Fact]
    public async Task A_host_makes_its_token_for_its_owner_alone_and_keeps_it()
    {
        StartServer(AuthenticationMode.Required);
        var first = await File.ReadAllTextAsync(HostTokenFile, Stop);
        await _server!.DisposeAsync();
        StartServer(AuthenticationMode.Required);

        first.Should().MatchRegex("^[0-9a-f]{64}\n$");
        (await File.ReadAllTextAsync(HostTokenFile, Stop)).Should().Be(first);
        _server!.TokenFilePath.Should().Be(HostTokenFile);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(HostTokenFile).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.GetUnixFileMode(Path.GetDirectoryName(HostTokenFile)!).Should()
                .Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task A_client_without_a_token_is_told_which_file_was_looked_at()
    {
        StartServer(AuthenticationMode.Required);
        var missing = Path.Combine(_folder.FullName, "nowhere");
        await using var channel = NewChannel(missing);

        var failure = await Fails(channel);

        failure.Detail.Should().Contain(missing).And.Contain("not there").And.Contain(TokenFile.Variable);
    }

    [Fact]
    public async Task A_client_with_another_token_is_told_which_file_holds_it()
    {
        StartServer(AuthenticationMode.Required);
        var other = Path.Combine(_folder.FullName, "other");
        TokenFile.LoadOrCreate(other);
        await using var channel = NewChannel(other);

        var failure = await Fails(channel);

        failure.Detail.Should().Contain(other).And.Contain("another token");
    }

    [Fact]
    public async Task A_client_that_proves_nothing_is_refused_and_hung_up_on()
    {
        StartServer(AuthenticationMode.Required);
        using var client = await HandClient.ConnectAsync(_server!.BoundEndpoints[0]);
        var hello = await client.SayHelloAsync(HandClient.Hello(new(4096, 4096), Guid.NewGuid()));

        client.Send(new ClientProof { Proof = hello.Proof });
        var admission = await client.ReceiveAsync(Admission.Parser);

        admission.Refusal.StatusCode.Should().Be((uint)StatusCode.Unauthenticated);
        (await client.HangsUpAsync()).Should().BeTrue();
    }

    [Fact]
    public async Task A_proof_made_for_one_connection_is_worth_nothing_on_another()
    {
        StartServer(AuthenticationMode.Required);
        var token = TokenFile.LoadOrCreate(HostTokenFile);
        var session = Guid.NewGuid();
        var hello = HandClient.Hello(new(4096, 4096), session);
        using var first = await HandClient.ConnectAsync(_server!.BoundEndpoints[0]);
        var host = await first.SayHelloAsync(hello);
        var proof = new ClientProof
        {
            Proof = Google.Protobuf.ByteString.CopyFrom(
                token.ClientProof(new ConnectionNonces(session, hello.Nonce.ToByteArray(), host.Nonce.ToByteArray()))),
        };
        first.Send(proof);
        (await first.ReceiveAsync(Admission.Parser)).Refusal.Should().BeNull();

        using var second = await HandClient.ConnectAsync(_server.BoundEndpoints[0]);
        await second.SayHelloAsync(hello);
        second.Send(proof);

        (await second.ReceiveAsync(Admission.Parser)).Refusal.Should().NotBeNull();
    }

    [Fact]
    public async Task A_client_that_insists_on_a_token_refuses_a_host_without_one()
    {
        StartServer(AuthenticationMode.None);
        TokenFile.LoadOrCreate(HostTokenFile);
        await using var channel = NewChannel(HostTokenFile, AuthenticationMode.Required);

        (await Fails(channel)).Detail.Should().Contain("asks for no token");
    }

    [Fact]
    public async Task A_client_told_to_use_no_token_does_not_use_one()
    {
        StartServer(AuthenticationMode.Required);
        await using var channel = NewChannel(HostTokenFile, AuthenticationMode.None);

        (await Fails(channel)).Detail.Should().Contain("told to use none");
    }

    [Fact]
    public void A_token_file_that_others_may_read_is_refused_with_the_command_that_mends_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        TokenFile.LoadOrCreate(HostTokenFile);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(HostTokenFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }

        var start = () => StartServer(AuthenticationMode.Required);

        start.Should().Throw<IOException>().WithMessage($"*chmod 600 {HostTokenFile}*");
    }

    [Fact]
    public void A_token_file_that_holds_something_else_is_refused()
    {
        TokenFile.LoadOrCreate(HostTokenFile);
        File.WriteAllText(HostTokenFile, "hunter2");

        var start = () => StartServer(AuthenticationMode.Required);

        start.Should().Throw<IOException>().WithMessage($"*{HostTokenFile}*64 hexadecimal digits*");
    }

    [Fact]
    public async Task The_token_never_travels()
    {
        StartServer(AuthenticationMode.Required, unix: false);
        await using var relay = RecordingRelay.To(_server!.BoundEndpoints[0]);
        await using var channel = NewChannel(HostTokenFile, endpoint: relay.Endpoint);
        await channel.ConnectAsync(Stop).Soon("connecting");

        var text = (await File.ReadAllTextAsync(HostTokenFile, Stop)).Trim();

        relay.Recorded.Length.Should().BeGreaterThan(200);
        relay.Recorded.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)).Should().Be(-1);
        relay.Recorded.AsSpan().IndexOf(Convert.FromHexString(text)).Should().Be(-1);
    }

    private void StartServer(AuthenticationMode mode, bool unix = true)
    {
        _server = new HyperVServer(new HyperVServerOptions
        {
            Endpoints = { TransportEndpoint.Parse(unix ? $"unix://{_folder.FullName}/host.sock" : "tcp://127.0.0.1:0") },
            Authentication = mode,
            TokenFile = HostTokenFile,
        });
        _server.Start();
    }

    private HyperVChannel NewChannel(
        string tokenFile, AuthenticationMode mode = AuthenticationMode.Auto, TransportEndpoint? endpoint = null) => new(new HyperVChannelOptions
    {
        Endpoint = endpoint ?? _server!.BoundEndpoints[0],
        Authentication = mode,
        TokenFile = tokenFile,
    });

    private static async Task<Status> Fails(HyperVChannel channel)
    {
        var connect = () => channel.ConnectAsync(Stop).Soon("connecting");
        var status = (await connect.Should().ThrowAsync<RpcException>()).Which.Status;
        status.StatusCode.Should().Be(StatusCode.Unauthenticated);
        return status;
    }
}
