using WinApi.Client.Command.Measurements;
using WinApi.Client.Command.Output;

namespace WinApi.Client.Command.Doctor;

/// <summary>How long a small call takes.</summary>
internal sealed class RoundTripCheck : LayerCheck
{
    public override string Name => "round_trip";

    public override async Task<Finding> RunAsync(Examination examination)
    {
        if (examination.IsSeenFromTheHostsSide)
        {
            return Finding.Skipped("seen from the VM only");
        }

        var times = await RoundTripTest.RunAsync(examination.Context);
        return Finding.Ok($"{Quantity.Time(times.P50Ns)} for a small call (median of {times.Iterations})");
    }
}
