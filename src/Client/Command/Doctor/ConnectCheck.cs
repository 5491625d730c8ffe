using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using WinApi.Client.Command.Output;

namespace WinApi.Client.Command.Doctor;

/// <summary>Connects, as every other command does.</summary>
internal sealed class ConnectCheck : LayerCheck
{
    public override string Name => "connect";

    public override async Task<Finding> RunAsync(Examination examination)
    {
        if (examination.IsSeenFromTheHostsSide)
        {
            return Finding.Skipped("the host listens for the VM: run winapi doctor in WSL for this and what follows");
        }

        var start = Stopwatch.GetTimestamp();
        try
        {
            await examination.Client.ConnectAsync(examination.CancellationToken);
            examination.ConnectTime = Stopwatch.GetElapsedTime(start);
            var connection = examination.Connection;
            return Finding.Ok(string.Create(
                CultureInfo.InvariantCulture,
                $"{connection.PeerAgent}, protocol {connection.ProtocolVersion}, in {Quantity.Time(examination.ConnectTime.TotalNanoseconds)}"));
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated)
        {
            examination.AuthenticationFailure = e;
            return Finding.Ok("a host answers");
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
        {
            return Finding.NoHost("no host answers", e.Status.Detail, examination.StartHost);
        }
        catch (RpcException e)
        {
            return Finding.Failed(
                $"the host refuses: {StatusName.Of(e.StatusCode)}", e.Status.Detail, "look into the host's log (on its stderr)");
        }
    }
}
