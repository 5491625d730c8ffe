using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Memory.Backends;
using WinApi.Transport.HyperV.Tests.HostilePeers;

namespace WinApi.Transport.HyperV.Tests.Fuzzing;

/// <summary>
/// A host's connection over a pair of sockets, to a client that sends the input and closes. It ends with a reason that names the
/// client's fault, and lets go of the memory.
/// </summary>
internal static class HostTarget
{
    private const int MostCalls = 10;

    public static async Task<string> RunAsync(FuzzInput input, bool sharesMemory)
    {
        using var pair = new SocketPair();
        using var log = new EndLog();
        var service = new TargetService();
        var services = new HyperVServiceBinder([]);
        Target.BindService(services, service);
        FuzzMethods.Bind(services);
        var mapping = sharesMemory ? NewMapping() : null;
        var connection = Connect(pair, log, services, mapping);
        connection.Start();

        await FuzzPeer.SendAsync(pair.Bare, input.Bytes);
        var end = await connection.Ended.Soon("the connection's end");

        service.Release.TrySetResult();
        await connection.LetGo.Soon("the end of the reading");
        log.ThrowIfFailed();
        if (mapping is not null)
        {
            await Patience.Until(() => IsUnmapped(mapping), "the memory to be let go");
        }

        return end.Reason is DisconnectReason.PeerViolation or DisconnectReason.PeerLost or DisconnectReason.PeerShutdown
            or DisconnectReason.SocketError
            ? $"{end.Reason}: {end.Message}" : throw new InvalidOperationException($"The connection ended with {end}.");
    }

    private static HostConnection Connect(SocketPair pair, EndLog log, HyperVServiceBinder services, SharedMapping? mapping)
    {
        var settings = RawPeer.Settings(sharesMemory: false) with { Logger = log };
        var agreed = new HandshakeResult(
            new FrameReader(pair.Held, settings.MaxFrameBytes), 1, Guid.NewGuid(), "a test", settings.ToLimits(),
            settings.Layout, "none", new MemoryAgreement("memfd", mapping, []), UsesRings: false);
        return new HostConnection(pair.Held, settings, agreed, new ClientIdentity { Endpoint = "a test" }, (connection, method, frame) =>
            connection.Streams.Count < MostCalls && services.Find(method) is { } served
                ? served.BeginCall(
                    connection, CallHead.Read(frame.Head, frame.Header.Flags.HasFlag(FrameFlags.DefinesMethod)))
                : null);
    }

    private static SharedMapping NewMapping()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException();
        }

        var mapping = MemfdBackend.Create(MappingLayout.Split(1 << 20).TotalBytes, out var descriptor);
        descriptor.Dispose();
        return mapping;
    }

    private static bool IsUnmapped(SharedMapping mapping)
    {
        if (!mapping.TryAddReference())
        {
            return true;
        }

        mapping.Release();
        return false;
    }
}
