using Google.Protobuf;
using Grpc.Core;
using WinApi.Transport.HyperV.Connections.Authentication;
using WinApi.Transport.HyperV.Diagnostics;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>The client's side: says hello, both sides show that they know the token, then agree on memory.</summary>
internal static class ClientHandshake
{
    /// <param name="socket">A socket just connected.</param>
    /// <param name="settings">What the client brings.</param>
    /// <param name="requiresToken">Whether a host that asks for no token is refused.</param>
    /// <param name="cancellationToken">Ends a handshake that takes too long.</param>
    /// <exception cref="HandshakeException">One of the two sides refuses the other.</exception>
    /// <exception cref="ProtocolViolationException">What answered is not a host.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public static Task<HandshakeResult> RunAsync(
        SocketStream socket, ConnectionSettings settings, bool requiresToken, CancellationToken cancellationToken) =>
        HandshakeThread.RunAsync(socket, () => Run(socket, settings, requiresToken), cancellationToken);

    private static HandshakeResult Run(SocketStream socket, ConnectionSettings settings, bool requiresToken)
    {
        var reader = new FrameReader(socket, settings.MaxFrameBytes);
        try
        {
            var session = Guid.NewGuid();
            var nonce = HandshakeChannel.NewNonce();
            var channel = new HandshakeChannel(socket, reader, FrameTrace.For(settings.Logger, isClient: true));
            channel.SendPreface(Hello(settings, session, nonce));
            var host = ReceiveHello(channel);
            var authentication = ClientAuthentication.Run(channel, host, settings, requiresToken, session, nonce);
            var limits = HandshakeChannel.Check(host.Limits);
            var memory = new ClientMemory(channel, settings, session, authentication.SessionKey).Agree();
            return new HandshakeResult(
                reader, (int)host.Version, session, host.Agent, limits, settings.Layout, authentication.Description, memory,
                UsesRings: settings.UseRings && host.Rings && memory.Mapping is not null);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private static HostHello ReceiveHello(HandshakeChannel channel)
    {
        var host = channel.Receive(HostHello.Parser);
        if (host.Refusal is { } refusal)
        {
            throw new HandshakeException((StatusCode)refusal.StatusCode, $"refused: {refusal.Message}");
        }

        return host.Version is >= HandshakeChannel.MinVersion and <= HandshakeChannel.MaxVersion
            ? host
            : throw new ProtocolViolationException($"the host chose protocol version {host.Version}");
    }

    private static ClientHello Hello(ConnectionSettings settings, Guid session, byte[] nonce) => new()
    {
        MinVersion = HandshakeChannel.MinVersion,
        MaxVersion = HandshakeChannel.MaxVersion,
        SessionId = ByteString.CopyFrom(session.ToByteArray()),
        Nonce = ByteString.CopyFrom(nonce),
        RequestRegionBytes = (ulong)settings.Layout.RequestBytes,
        ResponseRegionBytes = (ulong)settings.Layout.ResponseBytes,
        Limits = settings.ToLimits(),
        Agent = HandshakeChannel.Agent,
        ProcessId = (uint)Environment.ProcessId,
        Rings = settings.UseRings,
    };
}
