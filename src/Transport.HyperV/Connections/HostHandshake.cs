using Grpc.Core;
using WinApi.Transport.HyperV.Connections.Authentication;
using WinApi.Transport.HyperV.Diagnostics;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.JsonLines;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>The host's side: checks what a stranger says before anything is allocated for it.</summary>
internal static class HostHandshake
{
    private const int SessionIdBytes = 16;

    /// <param name="socket">A socket just accepted.</param>
    /// <param name="settings">What the host brings.</param>
    /// <param name="admission">What it asks of this client.</param>
    /// <param name="cancellationToken">Ends a handshake that takes too long.</param>
    /// <exception cref="HandshakeException">The client was refused, and told so.</exception>
    /// <exception cref="ProtocolViolationException">What connected is not a client.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public static Task<HandshakeResult> RunAsync(
        SocketStream socket, ConnectionSettings settings, HostAdmission admission, CancellationToken cancellationToken) =>
        HandshakeThread.RunAsync(socket, () => Run(socket, settings, admission), cancellationToken);

    private static HandshakeResult Run(SocketStream socket, ConnectionSettings settings, HostAdmission admission)
    {
        var reader = new FrameReader(socket, settings.MaxFrameBytes);
        try
        {
            var channel = new HandshakeChannel(socket, reader, FrameTrace.For(settings.Logger, isClient: false));
            var hello = ReceiveHello(channel);
            if ((admission.Refusal ?? Refuse(hello)) is { } refusal)
            {
                channel.Send(new HostHello { Refusal = refusal });
                throw new HandshakeException((StatusCode)refusal.StatusCode, refusal.Message);
            }

            var session = new Guid(hello.SessionId.Span);
            var authentication = HostAuthentication.Run(channel, Answer(settings, hello), admission.Token, hello, session);
            var limits = HandshakeChannel.Check(hello.Limits);
            var layout = new MappingLayout((long)hello.RequestRegionBytes, (long)hello.ResponseRegionBytes);
            var memory = new HostMemory(
                channel, settings, layout, session, authentication.SessionKey, admission.VirtualMachineId)
                    .Agree();
            return new HandshakeResult(
                reader, (int)Math.Min(hello.MaxVersion, HandshakeChannel.MaxVersion), session, hello.Agent, limits, layout,
                authentication.Description, memory, UsesRings: settings.UseRings && hello.Rings && memory.Mapping is not null);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private static ClientHello ReceiveHello(HandshakeChannel channel)
    {
        var preface = channel.ReceivePreface();
        if (preface is null)
        {
            throw new EndOfStreamException("the peer connected and closed without a word");
        }

        if (preface[0] == JsonConnection.FirstByte)
        {
            channel.RefuseJson("JSON is taken on a Unix socket or a loopback address, and only while no token is required: use "
                + "another endpoint of the host, or a client of the binary protocol");
            throw new HandshakeException(StatusCode.Unauthenticated, "it speaks JSON where that is not taken");
        }

        if (!preface.AsSpan().SequenceEqual(HandshakeChannel.Preface))
        {
            throw new ProtocolViolationException("the first bytes are not those of a client of this protocol");
        }

        return channel.Receive(ClientHello.Parser);
    }

    private static Refusal? Refuse(ClientHello hello)
    {
        if (hello.MinVersion > HandshakeChannel.MaxVersion || hello.MaxVersion < HandshakeChannel.MinVersion)
        {
            return new Refusal
            {
                StatusCode = (uint)StatusCode.FailedPrecondition,
                Message = $"the client speaks protocol versions {hello.MinVersion} to {hello.MaxVersion} and the host "
                    + $"{HandshakeChannel.MinVersion} to {HandshakeChannel.MaxVersion}: update the older of the two",
            };
        }

        if (hello.SessionId.Length != SessionIdBytes || hello.Nonce.Length != Token.NonceBytes)
        {
            return new Refusal
            {
                StatusCode = (uint)StatusCode.InvalidArgument,
                Message = $"the client's session id has {hello.SessionId.Length} bytes and must have {SessionIdBytes}, its nonce "
                    + $"has {hello.Nonce.Length} and must have {Token.NonceBytes}",
            };
        }

        if (!new MappingLayout((long)hello.RequestRegionBytes, (long)hello.ResponseRegionBytes).IsValid(long.MaxValue))
        {
            return new Refusal
            {
                StatusCode = (uint)StatusCode.InvalidArgument,
                Message = $"the client announces regions of {hello.RequestRegionBytes} and {hello.ResponseRegionBytes} "
                    + $"bytes; each must be at least one page of {MappingLayout.PageSize}, in whole pages, under 2 GiB together",
            };
        }

        return null;
    }

    private static HostHello Answer(ConnectionSettings settings, ClientHello hello) => new()
    {
        Version = Math.Min(hello.MaxVersion, HandshakeChannel.MaxVersion),
        Limits = settings.ToLimits(),
        Agent = HandshakeChannel.Agent,
        Rings = settings.UseRings,
    };
}
