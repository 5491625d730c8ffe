namespace WinApi.Beds.Tests.Hosts;

/// <summary>The host as a process of this machine, at a Unix socket, as the guest's counterpart.</summary>
internal static class LinuxHost
{
    /// <param name="socket">Where it listens.</param>
    /// <param name="memory">The file that it shares with clients.</param>
    /// <param name="token">The file with the token, which every client must know.</param>
    /// <param name="log">Where it logs to.</param>
    public static async Task<ProgramRun> StartAsync(string socket, string memory, string token, string log)
    {
        var host = ProgramRun.Start(
            ProgramPaths.Host,
            ["--endpoint", $"unix://{socket}", "--authentication", "required"],
            ("WINAPI_SHARED_MEM", memory),
            ("WINAPI_TOKEN_FILE", token),
            ("WINAPI_LOG_FILE", log));
        await host.PrintsAsync("listening on ");
        return host;
    }
}
