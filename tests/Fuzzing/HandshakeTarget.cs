using System.Net.Sockets;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Connections.Authentication;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Tests.HostilePeers;

namespace WinApi.Transport.HyperV.Tests.Fuzzing;

/// <summary>A handshake with a peer that sends the input and closes: it succeeds, or fails in one of the named ways.</summary>
internal static class HandshakeTarget
{
    public static Task<string> RunHostAsync(FuzzInput input) => RunAsync(input, pair => HostHandshake.RunAsync(
        pair.Held, RawPeer.Settings(OperatingSystem.IsLinux()),
        new HostAdmission(Token: input.Parts.Count % 2 == 0 ? Token.Create() : null), TestContext.Current.CancellationToken));

    public static Task<string> RunClientAsync(FuzzInput input) => RunAsync(input, pair => ClientHandshake.RunAsync(
        pair.Held, RawPeer.Settings(OperatingSystem.IsLinux()), requiresToken: false, TestContext.Current.CancellationToken));

    private static async Task<string> RunAsync(FuzzInput input, Func<SocketPair, Task<HandshakeResult>> handshake)
    {
        using var pair = new SocketPair();
        var running = handshake(pair);
        await FuzzPeer.SendAsync(pair.Bare, input.Bytes);
        try
        {
            var agreed = await running.Soon("the handshake's end");
            agreed.Reader.Dispose();
            agreed.Memory.Mapping?.Release();
            return $"agreed: {agreed.Memory.Kind}";
        }
        catch (Exception e) when (e is ProtocolViolationException or HandshakeException or EndOfStreamException or SocketException)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }
}
