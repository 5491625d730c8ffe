using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests.Wine;

/// <summary>What programs of this machine and of Windows saw of the services of a host on a desktop.</summary>
internal sealed record DesktopRun(
    string Folder,
    ProgramResult ClipSet,
    string PastedByProbe,
    ProgramResult ClipGet,
    ProgramResult ClipWatch,
    ProgramResult Protected,
    ProgramResult Unprotected,
    ProgramResult Changed,
    ProgramResult ProductName,
    ProgramResult Keys,
    ProgramResult NoSuchKey,
    ProgramResult Monitors,
    ProgramResult Shot,
    ProgramResult Frames,
    ProgramResult ImageSet,
    string ImageSeenByProbe,
    ProgramResult ImageGot,
    ProgramResult ImageTurned,
    ProgramResult FromC,
    ProgramResult FromService)
{
    public const string FromLinux = "von Linux: für 5 € – 日本語 🙂";
    public const string FromWindows = "von Windows: Grüße, привет";
    public const string FromCProgram = "from C: ñ";
    public const string SecretText = "correct horse battery staple";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    public string Picture => Path.Combine(Folder, "shot.png");

    /// <summary>What the probe has drawn on the clipboard, and the same after C has turned it upside down.</summary>
    public string Drawn => Path.Combine(Folder, "drawn.png");

    public string Turned => Path.Combine(Folder, "turned.png");

    /// <param name="host">On a desktop.</param>
    /// <param name="service">Another host, a service, which has no desktop; with the token.</param>
    /// <param name="programs">Ours beside them.</param>
    /// <param name="folder">For files.</param>
    /// <param name="memory">The file that the host shares.</param>
    /// <param name="token">The token of the service.</param>
    public static async Task<DesktopRun> RunAsync(
        DesktopHost host, WindowsHost service, DesktopPrograms programs, string folder, string memory, string token)
    {
        (string, string)[] environment = [("WINAPI_ENDPOINT", host.Endpoint), ("WINAPI_SHARED_MEM", memory)];
        Task<ProgramResult> Run(params string[] arguments) => Tool.TryAsync(ProgramPaths.Client, arguments, s_limit, environment);
        Task<ProgramResult> Pipe(string input, params string[] arguments) =>
            Tool.PipeAsync(input, ProgramPaths.Client, arguments, s_limit, environment);
        string File(string name) => Path.Combine(folder, name);

        var clipSet = await Run("clip", "set", FromLinux);
        await host.RunAsync(programs.Probe, "paste", WinePrefix.WindowsPath(File("pasted")));
        await System.IO.File.WriteAllTextAsync(File("to-copy"), FromWindows);
        var watching = Run("clip", "watch", "--count", "2", "--json");
        await host.RunAsync(programs.Probe, "copy", WinePrefix.WindowsPath(File("to-copy")));
        var clipGet = await Run("clip", "get");
        var watch = await AfterAnyChangeAsync(host, programs, folder, watching);

        var secret = await Pipe(SecretText, "secret", "protect");
        var unprotected = await Pipe(secret.Output, "secret", "unprotect");
        var changed = await Pipe("AQAAANCMnd8BFdERjHoAwE/Cl+s=", "secret", "unprotect");

        const string Version = @"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion";
        var productName = await Run("registry", "get", Version, "ProductName");
        var keys = await Run("registry", "list", @"HKLM\SOFTWARE\Microsoft", "--json");
        var noSuchKey = await Run("registry", "get", @"HKLM\SOFTWARE\NoSuchKey", "x");

        host.Start(File("probe.out"), programs.Probe, "window", "100", "50", "200", "150", WinePrefix.WindowsPath(File("ready")));
        await DesktopHost.UntilAsync(() => System.IO.File.Exists(File("ready")), () => "the window");
        var monitors = await Run("screen", "list", "--json");
        var shot = await Run("screen", "shot", "-o", File("shot.png"));
        var frames = await Run("screen", "watch", "--frames", "20", "--json");

        var imageSet = await Run("clip", "set", "--image", File("shot.png"));
        await host.RunAsync(programs.Probe, "see", WinePrefix.WindowsPath(File("seen")));
        await host.RunAsync(programs.Probe, "draw");
        var imageGot = await Run("clip", "get", "--image", File("drawn.png"));
        var imageTurned = await Tool.TryAsync(programs.Services, ["picture"], s_limit, environment);
        await Run("clip", "get", "--image", File("turned.png"));
        await host.RunAsync(programs.Probe, "copy", WinePrefix.WindowsPath(File("to-copy")));

        var fromC = await Tool.TryAsync(programs.Services, [FromCProgram, "150", "100"], s_limit, environment);
        var fromService = await Tool.TryAsync(
            ProgramPaths.Client, ["clip", "get"], s_limit, ("WINAPI_ENDPOINT", service.Endpoint), ("WINAPI_TOKEN_FILE", token));
        return new DesktopRun(
            folder, clipSet, await System.IO.File.ReadAllTextAsync(File("pasted")), clipGet, watch, secret, unprotected, changed,
            productName, keys, noSuchKey, monitors, shot, frames, imageSet, await System.IO.File.ReadAllTextAsync(File("seen")), imageGot,
            imageTurned, fromC, fromService);
    }

    /// <summary>The client may have begun to watch only after the change that it should see: others follow.</summary>
    private static async Task<ProgramResult> AfterAnyChangeAsync(
        DesktopHost host, DesktopPrograms programs, string folder, Task<ProgramResult> watching)
    {
        for (var tries = 0; tries < 20 && !watching.IsCompleted; tries++)
        {
            await host.RunAsync(programs.Probe, "copy", WinePrefix.WindowsPath(Path.Combine(folder, "to-copy")));
        }

        return await watching;
    }
}
