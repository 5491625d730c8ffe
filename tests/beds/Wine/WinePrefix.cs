using System.Diagnostics;
using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests.Wine;

/// <summary>A Windows of its own, in a folder: what Wine runs here neither sees nor disturbs any other.</summary>
internal sealed class WinePrefix : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    private readonly string _folder;
    private readonly string _output;

    private WinePrefix(string folder)
    {
        _folder = Path.Combine(folder, "prefix");
        _output = Path.Combine(folder, "wine.out");
    }

    /// <param name="folder">An empty folder.</param>
    /// <param name="environment">Variables of the machine: services see no others.</param>
    public static async Task<WinePrefix> CreateAsync(string folder, IReadOnlyDictionary<string, string> environment)
    {
        var prefix = new WinePrefix(folder);

        // Without Mono and Gecko, which nobody needs here; once .NET runs, mscoree must not be switched off.
        await prefix.RunAsync(BedTools.Wine, ["wineboot", "-i"], ("WINEDLLOVERRIDES", "mscoree,mshtml="));
        await prefix.RunWindowsAsync("winecfg", "-v", "win10");
        foreach (var (name, value) in environment)
        {
            await prefix.RunWindowsAsync(
                "reg", "add", @"HKLM\System\CurrentControlSet\Control\Session Manager\Environment",
                "/v", name, "/d", value, "/f");
        }

        // The service manager reads them when it starts.
        await prefix.ShutDownAsync();
        // Else services would end with the first command that does.
        await prefix.RunAsync(BedTools.WineServer, ["-p"]);
        return prefix;
    }

    /// <summary>How a program in this prefix names a file of this machine.</summary>
    public static string WindowsPath(string path) => "Z:" + path.Replace('/', '\\');

    /// <summary>Runs a Windows program to its end; its errors are in its output.</summary>
    public Task<ProgramResult> RunWindowsAsync(params string[] command) => RunAsync(BedTools.Wine, command);

    /// <summary>The same for a program that may have windows.</summary>
    public Task<ProgramResult> RunOnDesktopAsync(string display, string[] command) =>
        RunAsync(BedTools.Wine, command, ("DISPLAY", display));

    /// <summary>Starts a Windows program that goes on, on a desktop; its output goes to a file.</summary>
    public Process StartWindows(string output, string display, string[] command) =>
        Process.Start(StartInfo(output, BedTools.Wine, command, [("DISPLAY", display)]))!;

    public async ValueTask DisposeAsync() => await ShutDownAsync();

    private async Task ShutDownAsync()
    {
        await RunAsync(BedTools.WineServer, ["-k"]);
        await RunAsync(BedTools.WineServer, ["-w"]);
    }

    /// <summary>To a file and not through a pipe: Wine's own processes would hold it open, without an end.</summary>
    private async Task<ProgramResult> RunAsync(
        string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        using var process = Process.Start(StartInfo(_output, program, arguments, environment))!;
        await Tool.EndsAsync(process, s_limit);
        var output = await File.ReadAllTextAsync(_output);
        return new ProgramResult(process.ExitCode, output.Replace("\r", "", StringComparison.Ordinal), "");
    }

    private ProcessStartInfo StartInfo(
        string output, string program, string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >\"$0\" 2>&1 </dev/null", output, program, .. arguments]);
        start.Environment.Remove("DISPLAY");
        start.Environment.Remove("WINEDLLOVERRIDES");
        Tool.SetEnvironment(
            start,
            [("WINEPREFIX", _folder), ("WINEARCH", "win64"), ("WINEDEBUG", "-all"), ("DOTNET_EnableWriteXorExecute", "0"), .. environment]);
        return start;
    }
}
