using WinApi.Transport.HyperV.JsonLines;

namespace WinApi.Transport.HyperV.Tests.Fuzzing;

/// <summary>A client that speaks JSON sends the input and closes: the host answers what it can and lets go.</summary>
internal static class JsonTarget
{
    public static async Task<string> RunAsync(FuzzInput input)
    {
        using var pair = new SocketPair();
        var services = new HyperVServiceBinder([]);
        Target.BindService(services, new HostilePeers.TargetService());
        FuzzMethods.Bind(services);
        var connection = new JsonConnection(pair.Accepted, services, new EchoInvoker(), Patience.Limit);
        var running = connection.RunAsync(TestContext.Current.CancellationToken);

        await FuzzPeer.SendAsync(pair.Bare, input.Bytes);
        await running.Soon("the end of the lines");
        return "answered";
    }
}
