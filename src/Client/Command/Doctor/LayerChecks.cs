using Grpc.Core;
using WinApi.Client.Command.Output;

namespace WinApi.Client.Command.Doctor;

/// <summary>All checks, from the lowest layer up.</summary>
internal static class LayerChecks
{
    private static readonly LayerCheck[] All =
    [
        new KernelCheck(),
        new VsockCheck(),
        new VmIdCheck(),
        new BindCheck(),
        new ConnectCheck(),
        new TokenCheck(),
        new MemoryCheck(),
        new CoherenceCheck(),
        new RoundTripCheck(),
        new BulkCheck(),
    ];

    /// <summary>Makes the checks one after the other, until one fails; shows each when it is known.</summary>
    /// <returns>The results, and what failed.</returns>
    /// <exception cref="OperationCanceledException">The examination was cancelled.</exception>
    public static async Task<(DoctorResult Result, Finding? Failure)> RunAsync(Examination examination, CommandOutput output)
    {
        var results = new List<CheckResult>();
        Finding? failure = null;
        foreach (var check in All)
        {
            var finding = failure is null
                ? await RunAsync(check, examination)
                : new Finding(CheckState.NotReached, string.Empty);
            failure ??= finding.State == CheckState.Failed ? finding : null;
            var result = new CheckResult(check.Name, finding.State, finding.Seen, finding.Cause, finding.Fix);
            output.ShowStep(result.Describe());
            results.Add(result);
        }

        return (new DoctorResult(examination.Endpoint.ToString(), failure is null, results), failure);
    }

    private static async Task<Finding> RunAsync(LayerCheck check, Examination examination)
    {
        try
        {
            return await check.RunAsync(examination);
        }
        catch (RpcException e) when (!examination.CancellationToken.IsCancellationRequested)
        {
            return Finding.Failed(
                StatusName.Of(e.StatusCode),
                e.StatusCode == StatusCode.DeadlineExceeded ? "it took longer than it may" : e.Status.Detail,
                e.StatusCode == StatusCode.DeadlineExceeded
                    ? "winapi doctor --timeout 5m" : "look into the host's log (on its stderr), then winapi doctor again");
        }
    }
}
