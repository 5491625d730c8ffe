using System.Diagnostics;
using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests.Wine;

/// <summary>A host for Windows in a user's session: a program on a desktop, which Xvfb shows to nobody.</summary>
internal sealed class DesktopHost : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly WinePrefix _prefix;
    private readonly Process _display;
    private readonly List<Process> _running = [];

    private DesktopHost(WinePrefix prefix, Process display, string name, int port)
    {
        _prefix = prefix;
        _display = display;
        DisplayName = name;
        Endpoint = $"tcp://127.0.0.1:{port}";
    }

    public string DisplayName { get; }

    public string Endpoint { get; }

    /// <summary>Starts a display and the host, and waits until it answers.</summary>
    /// <param name="prefix">Of the Windows that it runs in.</param>
    /// <param name="hostFolder">The folder of what was published for Windows.</param>
    /// <param name="folder">For its log.</param>
    /// <param name="memory">The file that it shares with clients.</param>
    public static async Task<DesktopHost> StartAsync(WinePrefix prefix, string hostFolder, string folder, string memory)
    {
        var (display, name) = await StartDisplayAsync();
        var host = new DesktopHost(prefix, display, name, WindowsHost.FreePort());
        var output = Path.Combine(folder, "desktop-host.out");
        string Said() => File.Exists(output) ? File.ReadAllText(output) : "nothing";
        host.Start(
            output, Path.Combine(hostFolder, "WinAPIService.exe"), "--endpoint", host.Endpoint,
            "--log-file", WinePrefix.WindowsPath(Path.Combine(folder, "desktop-host.log")),
            "--shared-memory-file", WinePrefix.WindowsPath(memory));
        await UntilAsync(
            () => Said().Contains("listening on", StringComparison.Ordinal) || host._running[0].HasExited, () => $"the host on the desktop: {Said()}");
        return host._running[0].HasExited ? throw new InvalidOperationException($"the host on the desktop has ended: {Said()}") : host;
    }

    /// <summary>Starts a Windows program on the desktop that goes on until this ends.</summary>
    public void Start(string output, params string[] command) => _running.Add(_prefix.StartWindows(output, DisplayName, command));

    /// <summary>Runs a Windows program on the desktop to its end.</summary>
    public Task<ProgramResult> RunAsync(params string[] command) => _prefix.RunOnDesktopAsync(DisplayName, command);

    public static async Task UntilAsync(Func<bool> condition, Func<string> what)
    {
        for (var start = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(100))
        {
            if (Stopwatch.GetElapsedTime(start) > s_patience)
            {
                throw new TimeoutException($"Waited {s_patience.TotalSeconds} s in vain for {what()}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _running.Append(_display))
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }

            process.Dispose();
        }
    }

    /// <summary>The server chooses a number that is free, and writes it to its standard output.</summary>
    private static async Task<(Process Display, string Name)> StartDisplayAsync()
    {
        var start = new ProcessStartInfo(BedTools.Xvfb, ["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var display = Process.Start(start)!;
        var number = await display.StandardOutput.ReadLineAsync().WaitAsync(s_patience);
        return string.IsNullOrWhiteSpace(number)
            ? throw new InvalidOperationException($"Xvfb has no display: {await display.StandardError.ReadToEndAsync()}")
            : (display, $":{number.Trim()}");
    }
}
