namespace WinApi.Tests.Processes;

/// <summary>The real host on a socket in a folder of its own.</summary>
internal sealed class HostRun : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;

    private HostRun(DirectoryInfo folder, string endpoint, ProgramRun program)
    {
        _folder = folder;
        Endpoint = endpoint;
        Program = program;
    }

    public string Endpoint { get; }

    public ProgramRun Program { get; }

    public string SocketPath => new Uri(Endpoint).AbsolutePath;

    /// <summary>Starts it and waits until it says that it listens.</summary>
    public static async Task<HostRun> StartAsync(params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("winapi-");
        var endpoint = $"unix://{folder.FullName}/host.sock";
        var run = new HostRun(
            folder, endpoint, ProgramRun.Start(ProgramPaths.Host, ["--endpoint", endpoint, .. options]));
        try
        {
            (await run.Program.PrintsAsync("listening on ")).Should().Be($"listening on {endpoint}");
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
