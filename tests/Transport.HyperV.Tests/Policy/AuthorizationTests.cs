using System.Collections.Concurrent;

namespace WinApi.Transport.HyperV.Tests.Policy;

/// <summary>A method is for those whom the host's policy lets call it.</summary>
public sealed class AuthorizationTests : PolicyTest
{
    private const string Echo = "/winapi.shapes.Target/Echo";
    private const string Read = "/winapi.shapes.Target/Read";

    [Fact]
    public async Task A_denied_method_ends_with_PERMISSION_DENIED_and_the_reason_and_others_work()
    {
        StartServer(options => options.Authorize = (method, client) =>
            method == Read ? Authorization.Denied("ask alice for it") : Authorization.Allowed);
        var channel = Connect();

        var denied = new Target.TargetClient(channel).ReadAsync(new Shape()).ResponseAsync.Soon("the refusal");

        (await FailsAsync(denied, StatusCode.PermissionDenied)).Detail.Should()
            .Contain(Read).And.Contain("ask alice for it").And.Contain(Folder.Name);
        (await EchoAsync(channel)).Payload.Length.Should().Be(64);
        var entry = Audit.Entries.Should().ContainSingle().Subject;
        entry.Event.Should().Be(1403);
        entry.Values.Should().Contain("Method", Read).And.Contain("Reason", "ask alice for it")
            .And.Contain("Endpoint", Server.BoundEndpoints[0].ToString());
    }

    [Fact]
    public async Task The_policy_is_asked_once_for_each_connection_and_method()
    {
        var asked = new ConcurrentQueue<string>();
        StartServer(options => options.Authorize = (method, client) =>
        {
            asked.Enqueue($"{method} {client.Endpoint}");
            return Authorization.Allowed;
        });
        var (first, second) = (Connect(), Connect());

        for (var i = 0; i < 3; i++)
        {
            await EchoAsync(first);
            await EchoAsync(second);
        }

        asked.Should().Equal(Enumerable.Repeat($"{Echo} {Server.BoundEndpoints[0]}", 2));
    }

    [Fact]
    public async Task A_policy_that_throws_denies_and_is_asked_again()
    {
        var fails = true;
        StartServer(options => options.Authorize = (method, client) =>
            fails ? throw new InvalidOperationException("the file of rules is gone") : Authorization.Allowed);
        var channel = Connect();

        var status = await FailsAsync(EchoAsync(channel), StatusCode.PermissionDenied);
        fails = false;
        await EchoAsync(channel);

        status.Detail.Should().Contain("policy failed").And.NotContain("file of rules");
    }
}
