using Microsoft.Extensions.Logging.Abstractions;
using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Client.Command.Doctor;

/// <summary>The id of WSL's VM, which the host in Windows binds.</summary>
internal sealed class VmIdCheck : LayerCheck
{
    // WSL sets it for its own system distribution only; a user may set it.
    private const string Variable = "WSL2_VM_ID";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public override string Name => "vm_id";

    public override Task<Finding> RunAsync(Examination examination) =>
        OperatingSystem.IsWindows() ? InWindowsAsync(examination)
        : Wsl2Kernel.IsThis ? InWsl2Async(examination)
        : Task.FromResult(Finding.Skipped("this is not WSL2"));

    private static async Task<Finding> InWsl2Async(Examination examination)
    {
        var output = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
            ? named
            : await ProgramOutput.ReadAsync("wslinfo", ["--vm-id", "-n"], Limit, examination.CancellationToken);
        examination.VmId = WslInfoSource.Parse(output);
        return examination.VmId is { } id
            ? Finding.Ok($"{id}")
            : Finding.Skipped("wslinfo does not tell it (WSL 2.5.10 or newer does); the host finds it in Windows");
    }

    private static async Task<Finding> InWindowsAsync(Examination examination)
    {
        if (examination.Endpoint is HvSocketEndpoint { VmId: { } given })
        {
            examination.VmId = given;
            return Finding.Ok($"{given}, as the endpoint says");
        }

        var processes = WslVmProcesses.Find();
        examination.VmId = await WslVmWatch.Create(NullLogger.Instance).LookAsync(examination.CancellationToken);
        if (examination.VmId is { } id)
        {
            return Finding.Ok($"{id}");
        }

        if (examination.Endpoint is not HvSocketEndpoint)
        {
            return Finding.Skipped(processes.Count == 0 ? "no VM of WSL2 runs" : "it could not be found");
        }

        return processes.Count == 0
            ? Finding.Failed("no VM of WSL2 runs", "no distribution of WSL2 is started; the host waits for one", "wsl")
            : Finding.Failed(
                "a VM runs, but its id could not be found",
                "wslinfo, WSL's processes and hcsdiag do not tell it",
                "wsl --update; or give it: WinAPIService --endpoint hvsocket://VMID/PORT");
    }
}
