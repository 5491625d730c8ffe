using Grpc.Net.Client;
using WinApi.Transport.Http2;

namespace WinApi.Conformance.Tests.Http2;

/// <summary>Who may call over HTTP/2.</summary>
public sealed class AdmissionTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");
    private readonly ScriptedService _service = new();

    private string TokenFile => Path.Combine(_folder.FullName, "token");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_client_that_requires_the_token_brings_it_along()
    {
        await using var host = await RequiringTokenAsync();
        await using var channel = new Http2Channel(host.Address, new HyperVChannelOptions
        {
            Authentication = AuthenticationMode.Required, TokenFile = TokenFile,
        });

        await new TestService.TestServiceClient(channel).UnaryAsync(new Request()).ResponseAsync.Soon("the reply");

        _service.Calls.Should().Be(1);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001")]
    public async Task Without_it_or_with_another_s_the_call_is_UNAUTHENTICATED(string? other)
    {
        await using var host = await RequiringTokenAsync();
        var options = new HyperVChannelOptions { Authentication = AuthenticationMode.None };
        if (other is not null)
        {
            var path = Path.Combine(_folder.FullName, "other");
            await File.WriteAllTextAsync(path, other, TestContext.Current.CancellationToken);
            (options.Authentication, options.TokenFile) = (AuthenticationMode.Required, path);
        }

        await using var channel = new Http2Channel(host.Address, options);

        var error = await new TestService.TestServiceClient(channel).UnaryAsync(new Request())
            .ResponseAsync.FailsSoonWith(StatusCode.Unauthenticated, "the call");

        error.Status.Detail.Should().Contain("token file");
        _service.Calls.Should().Be(0);
    }

    [Fact]
    public void A_client_that_has_no_token_says_where_it_looked()
    {
        var make = () => new Http2Channel(new Uri("http://127.0.0.1:1"), new HyperVChannelOptions
        {
            Authentication = AuthenticationMode.Required, TokenFile = TokenFile,
        });

        make.Should().Throw<IOException>().WithMessage($"*{TokenFile}: not there*");
    }

    [Fact]
    public async Task The_policy_of_the_host_counts_for_each_method()
    {
        await using var host = await Http2Host.StartAsync(_service, options => options.Authorize = (method, _) =>
            method.EndsWith("/Unary", StringComparison.Ordinal) ? Authorization.Denied("ask Mona") : Authorization.Allowed);
        await using var channel = new Http2Channel(host.Address);
        var client = new TestService.TestServiceClient(channel);

        var error = await client.UnaryAsync(new Request()).ResponseAsync.FailsSoonWith(StatusCode.PermissionDenied, "the call");
        await client.BuffersAsync(new BufferRequest()).ResponseAsync.Soon("the other call");

        error.Status.Detail.Should().Contain("ask Mona");
    }

    [Fact]
    public async Task Any_gRPC_client_can_call_what_needs_no_buffers()
    {
        await using var host = await Http2Host.StartAsync(_service);
        using var plain = GrpcChannel.ForAddress(host.Address);

        var reply = await new TestService.TestServiceClient(plain).UnaryAsync(new Request { Payload = Pattern.Payload(9) })
            .ResponseAsync.Soon("the reply");

        reply.Payload.Should().Equal(Pattern.Payload(9));
    }

    [Fact]
    public async Task Where_nobody_listens_connecting_says_so_at_once()
    {
        Uri address;
        await using (var host = await Http2Host.StartAsync(_service))
        {
            address = host.Address;
        }

        await using var channel = new Http2Channel(address, new HyperVChannelOptions { ConnectTimeout = TimeSpan.FromMinutes(5) });

        var error = await channel.ConnectAsync(TestContext.Current.CancellationToken)
            .FailsSoonWith(StatusCode.Unavailable, "connecting");

        error.Status.Detail.Should().Contain(address.ToString()).And.Contain("WINAPI_GRPC_URL");
    }

    private Task<Http2Host> RequiringTokenAsync() => Http2Host.StartAsync(
        _service, options => (options.RequiresToken, options.TokenFile) = (true, TokenFile));
}
