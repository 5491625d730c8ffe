using WinApi.Client.Command.CommandLine;
using WinApi.Transport.HyperV;
using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Client.Command.Doctor;

/// <summary>Whether there is memory that both sides have mapped.</summary>
internal sealed class MemoryCheck : LayerCheck
{
    public override string Name => "memory";

    public override Task<Finding> RunAsync(Examination examination) => Task.FromResult(
        examination.IsSeenFromTheHostsSide ? Finding.Skipped("seen from the VM only")
        : examination.SharedMemory == SharedMemoryMode.None ? Finding.Skipped("switched off: --shared-memory none")
        : Judge(examination));

    private static Finding Judge(Examination examination)
    {
        var connection = examination.Connection;
        if (connection.Memory != "none")
        {
            return Finding.Ok($"{connection.Memory}: {new DataSize(connection.RequestRegionBytes)} for requests, "
                + $"{new DataSize(connection.ResponseRegionBytes)} for replies");
        }

        if (connection.MemoryAttempts.LastOrDefault(attempt => attempt.WasMapped) is { } mapped)
        {
            return Finding.Ok($"{mapped.Kind}: both sides have mapped it");
        }

        return examination.SharedMemory == SharedMemoryMode.Auto
            ? Finding.Skipped($"none, bytes travel inline: {connection.MemoryReason}")
            : Finding.Failed("none", connection.MemoryReason ?? "the host offers none", Fix(examination));
    }

    private static string Fix(Examination examination) => examination.SharedMemory switch
    {
        SharedMemoryMode.WslgDax when Wsl2Kernel.IsThis =>
            "sudo mkdir -p /mnt/wslgshm && sudo mount -t virtiofs wslg /mnt/wslgshm -o dax",
        SharedMemoryMode.File => "WINAPI_SHARED_MEM=PATH for this program, and for the host its own path of the same memory",
        _ => "winapi doctor --shared-memory auto",
    };
}
