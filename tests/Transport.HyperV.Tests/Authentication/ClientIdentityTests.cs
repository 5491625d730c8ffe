using Grpc.Core;
using WinApi.Transport.HyperV.Tests.HostilePeers;

namespace WinApi.Transport.HyperV.Tests.Authentication;

/// <summary>What a handler is told of its client.</summary>
public sealed class ClientIdentityTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");
    private readonly List<IAsyncDisposable> _owned = [];

    private string TokenFile => Path.Combine(_folder.FullName, "tests-token");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            await _owned[i].DisposeAsync().AsTask().Soon("the end");
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Over_a_Unix_socket_a_handler_knows_the_user_as_the_kernel_does()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SO_PEERCRED is of Linux.");

        var seen = (await SeenByHandlersAsync($"unix://{_folder.FullName}/host.sock", AuthenticationMode.Auto))[0];

        seen.IsPeerAuthenticated.Should().BeTrue();
        seen.PeerIdentityPropertyName.Should().Be(ClientProperties.UserId);
        Values(seen).Should().Contain(ClientProperties.UserName, Environment.UserName)
            .And.Contain(ClientProperties.Endpoint, $"unix://{_folder.FullName}/host.sock")
            .And.ContainKey(ClientProperties.UserId).And.NotContainKey(ClientProperties.Token);
    }

    [Fact]
    public async Task A_proved_token_is_named_by_its_file()
    {
        var seen = (await SeenByHandlersAsync("tcp://127.0.0.1:0", AuthenticationMode.Required))[0];

        seen.IsPeerAuthenticated.Should().BeTrue();
        seen.PeerIdentityPropertyName.Should().Be(ClientProperties.Token);
        seen.PeerIdentity.Single().Value.Should().Be("tests-token");
        Values(seen).Should().NotContainKey(ClientProperties.UserId);
    }

    [Fact]
    public async Task A_client_that_proved_nothing_is_not_authenticated()
    {
        var seen = (await SeenByHandlersAsync("tcp://127.0.0.1:0", AuthenticationMode.Auto))[0];

        seen.IsPeerAuthenticated.Should().BeFalse();
        Values(seen).Keys.Should().Equal(ClientProperties.Endpoint);
    }

    [Fact]
    public async Task All_calls_of_a_connection_are_given_the_same_object()
    {
        var seen = await SeenByHandlersAsync("tcp://127.0.0.1:0", AuthenticationMode.Auto);

        seen[1].Should().BeSameAs(seen[0]);
    }

    private static Dictionary<string, string> Values(AuthContext context) =>
        context.Properties.ToDictionary(property => property.Name, property => property.Value);

    private async Task<List<AuthContext>> SeenByHandlersAsync(string endpoint, AuthenticationMode mode)
    {
        var service = new IdentityRecorder();
        var server = new HyperVServer(new HyperVServerOptions
        {
            Endpoints = { TransportEndpoint.Parse(endpoint) },
            Authentication = mode,
            TokenFile = TokenFile,
        });
        _owned.Add(server);
        Target.BindService(server.Services, service);
        server.Start();
        var channel = new HyperVChannel(
            new HyperVChannelOptions { Endpoint = server.BoundEndpoints[0], TokenFile = TokenFile });
        _owned.Add(channel);
        for (var i = 0; i < 2; i++)
        {
            await new Target.TargetClient(channel).EchoAsync(new Plain()).ResponseAsync.Soon("the reply");
        }

        return service.Seen;
    }

    private sealed class IdentityRecorder : Target.TargetBase
    {
        public List<AuthContext> Seen { get; } = [];

        public override Task<Plain> Echo(Plain request, ServerCallContext context)
        {
            Seen.Add(context.AuthContext);
            return Task.FromResult(request);
        }
    }
}
