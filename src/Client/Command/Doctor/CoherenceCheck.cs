using WinApi.Transport.HyperV;

namespace WinApi.Client.Command.Doctor;

/// <summary>Whether each side saw what the other wrote, in the proof that every connection begins with.</summary>
internal sealed class CoherenceCheck : LayerCheck
{
    public override string Name => "coherence";

    public override Task<Finding> RunAsync(Examination examination) => Task.FromResult(
        examination.IsSeenFromTheHostsSide ? Finding.Skipped("seen from the VM only")
        : examination.SharedMemory == SharedMemoryMode.None ? Finding.Skipped("no memory is shared")
        : Judge(examination));

    private static Finding Judge(Examination examination)
    {
        if (examination.Connection.Memory != "none")
        {
            return Finding.Ok("proved both ways");
        }

        var mapped = examination.Connection.MemoryAttempts.LastOrDefault(attempt => attempt.WasMapped);
        return mapped is null ? Finding.Skipped("no memory is shared")
            : examination.SharedMemory == SharedMemoryMode.Auto
                ? Finding.Skipped($"not the same bytes, so they travel inline: {mapped.Kind}: {mapped.Problem}")
            : Finding.Failed(
                "not the same bytes",
                $"{mapped.Kind}: {mapped.Problem}; a file under /mnt/c, on 9p or on virtiofs without DAX is only a copy",
                "winapi doctor --shared-memory auto");
    }
}
