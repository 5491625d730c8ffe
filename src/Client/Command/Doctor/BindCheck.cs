using Microsoft.Extensions.Logging.Abstractions;
using WinApi.Transport.HyperV;
using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Client.Command.Doctor;

/// <summary>Whether somebody has bound the endpoint, as far as that can be seen without connecting.</summary>
internal sealed class BindCheck : LayerCheck
{
    public override string Name => "bind";

    public override Task<Finding> RunAsync(Examination examination) => Task.FromResult(examination.Endpoint switch
    {
        UnixEndpoint unix => LookAtFile(examination, unix),
        HvSocketEndpoint hvSocket => TryToBind(examination, hvSocket),
        VsockEndpoint { Cid: VsockEndpoint.Host } vsock => Finding.Skipped(
            "only Windows can tell: run there winapi.exe doctor --endpoint "
            + $"hvsocket://auto/{SocketPort.Format(vsock.Port)}"),
        _ => Finding.Skipped("only connecting tells"),
    });

    private static Finding LookAtFile(Examination examination, UnixEndpoint unix) => File.Exists(unix.FilePath)
        ? Finding.Ok($"the socket file {unix.FilePath} is there")
        : Finding.NoHost(
            $"the socket file {unix.FilePath} is missing",
            "no host listens there, or this user may not look into the folder",
            examination.StartHost);

    /// <summary>To bind what the host has bound fails; if it succeeds there is no host.</summary>
    private static Finding TryToBind(Examination examination, HvSocketEndpoint hvSocket)
    {
        var service = $"service {HvSocketAddress.ServiceOf(hvSocket.Port)}";
        try
        {
            new HvSocketEndpoint(examination.VmId, hvSocket.Port).Listen(1, NullLogger.Instance).Dispose();
            return Finding.NoHost(
                $"{service} is free", "no host in Windows listens for this VM", $"WinAPIService.exe --endpoint {hvSocket}");
        }
        catch (EndpointInUseException)
        {
            return Finding.Ok($"{service} is taken: a host listens for this VM");
        }
        catch (IOException e)
        {
            return Finding.Failed(
                $"{service} cannot be bound", e.Message, "run this, and the host, as the user who runs WSL");
        }
    }
}
