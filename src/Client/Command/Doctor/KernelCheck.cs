using System.Runtime.InteropServices;
using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Client.Command.Doctor;

/// <summary>Which system this is, and whether it has the kind of socket that is asked for.</summary>
internal sealed class KernelCheck : LayerCheck
{
    public override string Name => "kernel";

    public override Task<Finding> RunAsync(Examination examination)
    {
        var system = Describe();
        return Task.FromResult(examination.Endpoint switch
        {
            VsockEndpoint vsock when !OperatingSystem.IsLinux() => Finding.Failed(
                system,
                "vsock: sockets are Linux'; Windows calls the same port hvsocket:",
                $"winapi doctor --endpoint hvsocket://auto/{SocketPort.Format(vsock.Port)}"),
            VsockEndpoint when IsWsl1 => Finding.Failed(
                system, "WSL1 is no VM, so no socket leads out of one", "wsl --set-version DISTRIBUTION 2 (in Windows)"),
            HvSocketEndpoint hvSocket when !OperatingSystem.IsWindows() => Finding.Failed(
                system,
                "hvsocket: sockets are Windows'; Linux calls the same port vsock:",
                $"winapi doctor --endpoint vsock://2:{SocketPort.Format(hvSocket.Port)}"),
            _ => Finding.Ok(system),
        });
    }

    private static bool IsWsl1 =>
        !Wsl2Kernel.IsThis && Wsl2Kernel.ReadRelease().EndsWith("-Microsoft", StringComparison.Ordinal);

    private static string Describe() =>
        Wsl2Kernel.IsThis ? $"WSL2, {Wsl2Kernel.ReadRelease()}"
        : IsWsl1 ? $"WSL1, {Wsl2Kernel.ReadRelease()}"
        : OperatingSystem.IsLinux() ? $"Linux {Wsl2Kernel.ReadRelease()}, not WSL2"
        : RuntimeInformation.OSDescription;
}
