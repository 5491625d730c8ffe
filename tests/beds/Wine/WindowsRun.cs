using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests.Wine;

/// <summary>What programs of this machine saw of the service under Wine, from its start to its removal.</summary>
internal sealed record WindowsRun(
    string Endpoint,
    string StateWhileRunning,
    ProgramResult Status,
    ProgramResult Buffer,
    ProgramResult Integration,
    ProgramResult Doctor,
    ProgramResult Removal,
    string StateAfterRemoval)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <param name="host">The service; afterwards it is removed.</param>
    /// <param name="memory">The file it shares.</param>
    /// <param name="token">The file with the token.</param>
    /// <param name="otherUse">Who else calls it: it is not removed before that is done.</param>
    public static async Task<WindowsRun> RunAsync(WindowsHost host, string memory, string token, Task otherUse)
    {
        (string, string)[] environment =
        [
            ("WINAPI_ENDPOINT", host.Endpoint), ("WINAPI_SHARED_MEM", memory), ("WINAPI_TOKEN_FILE", token),
        ];
        Task<ProgramResult> Run(string program, params string[] arguments) =>
            Tool.TryAsync(program, arguments.Append("--json"), s_limit, environment);

        var state = await host.QueryAsync();
        var status = await Run(ProgramPaths.Client, "status");
        var buffer = await Run(ProgramPaths.Client, "buffer", "--size", "1MiB", "--op", "checksum");
        var integration = await Run(Publishing.TestClient, "--integration");
        var doctor = await Run(Publishing.TestClient, "--doctor");
        await otherUse;
        var removal = await host.UninstallAsync();
        return new WindowsRun(
            host.Endpoint, state, status, buffer, integration, doctor, removal, await host.QueryAsync());
    }
}
