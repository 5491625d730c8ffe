using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests.Hosts;

/// <summary>Serves a folder to the guest, as WSL2 can mount C:. It has no DAX window.</summary>
internal static class VirtioFsServer
{
    /// <summary>It needs root: it shuts itself up in the folder.</summary>
    public static bool IsPossible => BedTools.VirtioFsServer is not null && Environment.IsPrivilegedProcess;

    public static async Task<ProgramRun> StartAsync(string socket, string folder)
    {
        var server = ProgramRun.Start(
            BedTools.VirtioFsServer!,
            [$"--socket-path={socket}", "-o", $"source={folder}", "-o", "cache=auto", "-o", "sandbox=chroot",
                "-o", "log_level=info"]);
        await server.LogsAsync("Waiting for vhost-user socket connection");
        return server;
    }
}
