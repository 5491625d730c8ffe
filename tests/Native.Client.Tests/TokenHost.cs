namespace WinApi.Native.Client.Tests;

/// <summary>A host in a folder of its own, with its token file there and a home for its clients.</summary>
internal sealed class TokenHost : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");
    private readonly HyperVServer _server;

    public TokenHost(AuthenticationMode mode)
    {
        Endpoint = $"unix://{_folder.FullName}/host.sock";
        TokenFile = Path.Combine(_folder.FullName, "token");
        Home = _folder.CreateSubdirectory("home").FullName;
        _server = new HyperVServer(new HyperVServerOptions
        {
            Endpoints = { TransportEndpoint.Parse(Endpoint) },
            Authentication = mode,
            TokenFile = TokenFile,
        });
        Desktop.V1.Clipboard.BindService(_server.Services, new AddingAnApi.Tests.ClipboardService());
        _server.Start();
    }

    public string Endpoint { get; }

    public string TokenFile { get; }

    /// <summary>Of a client: without a token as long as nobody puts one there.</summary>
    public string Home { get; }

    /// <summary>Where a client of that home looks.</summary>
    public string HomeToken => Path.Combine(Home, ".config", "winapi", "token");

    public void PutIntoHome(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(HomeToken)!);
        File.WriteAllText(HomeToken, text);
    }

    public async Task<NativeProgram> ConnectAsync(string mode, params (string Name, string Value)[] environment) =>
        await NativeTest.RunAsync(
            Path.Combine(await NativeBuild.AddressSanitizerAsync(), "connect"), [Endpoint, "auto", mode],
            [("HOME", Home), ("XDG_CONFIG_HOME", ""), .. environment]);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
