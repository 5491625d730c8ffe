using WinApi.Client.Command.CommandLine;
using WinApi.Client.Command.Measurements;
using WinApi.Client.Command.Output;

namespace WinApi.Client.Command.Doctor;

/// <summary>How fast the host gets many bytes that are passed by reference.</summary>
internal sealed class BulkCheck : LayerCheck
{
    /// <summary>What goes with one call.</summary>
    public const int ChunkBytes = 256 * 1024;

    // Enough for a figure; where bytes are copied through a socket, no more than a slow one carries in moments.
    private const long SharedBytes = 64 << 20;
    private const long InlineBytes = 4 << 20;

    public override string Name => "bulk";

    public override async Task<Finding> RunAsync(Examination examination)
    {
        if (examination.IsSeenFromTheHostsSide)
        {
            return Finding.Skipped("seen from the VM only");
        }

        var total = examination.Connection.Memory == "none" ? InlineBytes : SharedBytes;
        var (summary, isShared) = await new ThroughputTest(examination.Context, total, ChunkBytes).MeasureByReferenceAsync();
        return Finding.Ok($"{Quantity.Rate(summary.MbPerSecond)} by reference, {new DataSize(ChunkBytes)} a call"
            + (isShared ? "" : ", copied: no memory is shared"));
    }
}
