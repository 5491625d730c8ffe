using Desktop.V1;
using WinApi.Transport.HyperV;

namespace WinApi.AddingAnApi.Tests;

/// <summary>The steps the README shows: a .proto, the generated base implemented, registered, called.</summary>
public sealed class AddingAnApiTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");

    private string Endpoint => $"unix://{_folder.FullName}/clipboard.sock";

    [Fact(Timeout = 60_000)]
    public async Task A_new_API_is_a_proto_an_implementation_and_a_registration()
    {
        var stop = TestContext.Current.CancellationToken;
        var options = new HyperVServerOptions { Endpoints = { TransportEndpoint.Parse(Endpoint) } };
        await using var server = new HyperVServer(options);
        Clipboard.BindService(server.Services, new ClipboardService());
        server.Start();

        using var channel = HyperVChannel.ForEndpoint(Endpoint);
        var clipboard = new Clipboard.ClipboardClient(channel);
        await clipboard.CopyAsync(new CopyRequest { Text = "from Linux to Windows" }, cancellationToken: stop);
        var pasted = await clipboard.PasteAsync(new PasteRequest(), cancellationToken: stop);

        pasted.Text.Should().Be("from Linux to Windows");
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
