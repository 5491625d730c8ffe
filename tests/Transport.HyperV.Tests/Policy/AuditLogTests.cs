using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Connections.Auditing;
using WinApi.Transport.HyperV.Protocol;
using WinApi.Transport.HyperV.Tests.HostilePeers;

namespace WinApi.Transport.HyperV.Tests.Policy;

/// <summary>What is refused is logged, and not for as long as somebody likes.</summary>
public sealed class AuditLogTests : PolicyTest
{
    [Fact]
    public async Task A_flood_of_refusals_is_logged_up_to_the_limit_and_counted_beyond_it()
    {
        StartServer(options =>
        {
            options.MaxAuditEntriesPerMinute = 5;
            options.Authorize = (method, client) => Authorization.Denied("nobody may");
        });
        var channel = Connect();
        for (var i = 0; i < 100; i++)
        {
            await FailsAsync(EchoAsync(channel), StatusCode.PermissionDenied);
        }

        await Server.StopAsync(Stop).Soon("the server's end");

        var denied = Audit.Entries.Count(entry => entry.Event == 1403);
        var leftOut = Audit.Entries.Where(entry => entry.Event == 1405).Sum(entry => (int)entry.Values["Count"]!);
        denied.Should().BeInRange(5, 50);
        (denied + leftOut).Should().Be(100);
    }

    [Fact]
    public async Task What_was_left_out_is_told_when_the_window_ends()
    {
        using var audit = new AuditLog(Audit, entriesInWindow: 1, TimeSpan.FromMilliseconds(20));
        var client = new ClientIdentity { Endpoint = "tcp://127.0.0.1:1" };
        for (var i = 0; i < 1000; i++)
        {
            audit.HitLimit(client, "/a/b", "too much");
        }

        await Told().Soon("the number of what was left out");

        async Task Told()
        {
            while (!Audit.Entries.Any(entry => entry.Event == 1405))
            {
                await Task.Delay(5, Stop);
            }
        }
    }

    [Fact]
    public async Task A_wrong_token_has_an_entry_of_its_own()
    {
        StartServer(options =>
        {
            options.Authentication = AuthenticationMode.Required;
            options.TokenFile = Path.Combine(Folder.FullName, "token");
        });
        using var client = await HandClient.ConnectAsync(Server.BoundEndpoints[0]);
        var hello = await client.SayHelloAsync(HandClient.Hello(new(4096, 4096), Guid.NewGuid()));
        client.Send(new ClientProof { Proof = hello.Proof });
        await client.ReceiveAsync(Admission.Parser);

        (await EntryAsync(1401)).Should().Contain("token").And.Contain(Folder.Name);
    }

    [Fact]
    public async Task A_connection_too_many_has_an_entry()
    {
        StartServer(options => options.MaxConnections = 1);
        await EchoAsync(Connect());
        using var second = await HandClient.ConnectAsync(Server.BoundEndpoints[0]);
        var refusal = await second.SayHelloAsync(HandClient.Hello(new(4096, 4096), Guid.NewGuid()));

        refusal.Refusal.Message.Should().Contain(nameof(HyperVServerOptions.MaxConnections));
        (await EntryAsync(1404)).Should().Contain(nameof(HyperVServerOptions.MaxConnections));
    }

    [Fact]
    public async Task One_that_is_closed_because_as_many_are_being_told_has_an_entry_too()
    {
        StartServer(options => options.MaxConnections = 1);
        await EchoAsync(Connect());
        using var silent = await Server.BoundEndpoints[0].ConnectAsync(Stop);
        using var third = await Server.BoundEndpoints[0].ConnectAsync(Stop);

        (await third.ReceiveAsync(new byte[1], Stop).AsTask().Soon("the end")).Should().Be(0);
        (await EntryAsync(1404)).Should().Contain("as many are being told so");
    }

    [Fact]
    public async Task One_that_is_no_client_has_an_entry()
    {
        StartServer(_ => { });
        using var stranger = await Server.BoundEndpoints[0].ConnectAsync(Stop);
        await stranger.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Stop);
        (await EntryAsync(1400)).Should().Contain("not those of a client");
    }

    private async Task<string> EntryAsync(int id)
    {
        return await Find().Soon($"entry {id}");

        async Task<string> Find()
        {
            while (true)
            {
                if (Audit.Entries.FirstOrDefault(entry => entry.Event == id).Text is { } text)
                {
                    return text;
                }

                await Task.Delay(10, Stop);
            }
        }
    }
}
