using System.Net;
using System.Net.Sockets;
using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests.Wine;

/// <summary>The host for Windows, installed as a service in a Wine prefix by its own script.</summary>
internal sealed class WindowsHost : IAsyncDisposable
{
    private readonly WinePrefix _prefix;
    private readonly string _logPath;

    private WindowsHost(WinePrefix prefix, string logPath, int port)
    {
        _prefix = prefix;
        _logPath = logPath;
        Port = port;
    }

    public WinePrefix Prefix => _prefix;

    /// <summary>The loopback TCP port it listens on.</summary>
    public int Port { get; }

    public string Endpoint => $"tcp://127.0.0.1:{Port}";

    /// <summary>What 'sc query' says of it.</summary>
    public async Task<string> QueryAsync() => (await _prefix.RunWindowsAsync("sc", "query", "WinAPIService")).Output;

    /// <summary>What the service itself has logged.</summary>
    public string Log => File.Exists(_logPath) ? File.ReadAllText(_logPath) : "(no log)";

    /// <summary>Makes the prefix, installs the service and waits until it runs.</summary>
    /// <param name="programs">The folder of what was published for Windows.</param>
    /// <param name="folder">For the prefix.</param>
    /// <param name="kept">For the service's log.</param>
    /// <param name="memory">The file that the host shares with clients.</param>
    /// <param name="token">The file with the token, which every client must know.</param>
    public static async Task<WindowsHost> InstallAsync(
        Task<string> programs, string folder, string kept, string memory, string token)
    {
        var logPath = Path.Combine(kept, "windows-host.log");
        var prefix = await WinePrefix.CreateAsync(folder, new Dictionary<string, string>
        {
            // Wine does not map executable memory twice as .NET's runtime wants it: it ends with 0x80131506.
            ["DOTNET_EnableWriteXorExecute"] = "0",
            ["WINAPI_SHARED_MEM"] = WinePrefix.WindowsPath(memory),
            ["WINAPI_TOKEN_FILE"] = WinePrefix.WindowsPath(token),
            ["WINAPI_LOG_FILE"] = WinePrefix.WindowsPath(logPath),
        });
        var host = new WindowsHost(prefix, logPath, FreePort());
        try
        {
            var script = WinePrefix.WindowsPath(Path.Combine(await programs, "install.cmd"));
            var installed = await prefix.RunWindowsAsync(
                "cmd", "/c", script, "--endpoint", host.Endpoint, "--authentication", "required");
            installed.ExitCode.Should().Be(0, "{0} The service's log: {1}", installed.Everything, host.Log);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public Task<ProgramResult> UninstallAsync() =>
        _prefix.RunWindowsAsync("cmd", "/c", @"C:\Program Files\WinAPI\uninstall.cmd");

    public ValueTask DisposeAsync() => _prefix.DisposeAsync();

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
