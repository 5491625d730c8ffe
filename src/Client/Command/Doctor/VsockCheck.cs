using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Client.Command.Doctor;

/// <summary>Whether the kernel has vsock sockets. It looks at the device only: who is not asked for vsock opens none.</summary>
internal sealed class VsockCheck : LayerCheck
{
    private const string Device = "/dev/vsock";

    public override string Name => "vsock";

    public override Task<Finding> RunAsync(Examination examination) => Task.FromResult(
        examination.Endpoint is not VsockEndpoint ? Finding.Skipped($"not needed for {examination.Scheme}:")
        : File.Exists(Device) ? Finding.Ok($"{Device} is there")
        : Finding.Failed(
            $"{Device} is missing",
            "this kernel has no vsock sockets, or no way out of the VM",
            Wsl2Kernel.IsThis
                ? "wsl --update, then wsl --shutdown (in Windows)"
                : "modprobe vsock and the module of this kind of VM, or use unix:"));
}
