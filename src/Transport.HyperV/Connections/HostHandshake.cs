using Grpc.Core;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>The host's side: checks what a stranger says before anything is allocated for it.</summary>
internal static class HostHandshake
{
    private const int SessionIdBytes = 16;

    /// <param name="socket">A socket just accepted.</param>
    /// <param name="settings">What the host brings.</param>
    /// <param name="refusal">Not null: the client is told this, and the handshake fails with it.</param>
    /// <param name="cancellationToken">Ends a handshake that takes too long.</param>
    /// <exception cref="HandshakeException">The client was refused, and told so.</exception>
    /// <exception cref="ProtocolViolationException">What connected is not a client.</exception>
    public static async Task<HandshakeResult> RunAsync(
        SocketStream socket, ConnectionSettings settings, Refusal? refusal, CancellationToken cancellationToken)
    {
        var reader = new FrameReader(socket, settings.MaxFrameBytes);
        SharedMapping? mapping = null;
        try
        {
            var channel = new HandshakeChannel(socket, reader);
            var hello = await ReceiveHelloAsync(socket, channel, cancellationToken).ConfigureAwait(false);
            refusal ??= Refuse(hello);
            if (refusal is not null)
            {
                await channel.SendAsync(new HostHello { Refusal = refusal }, cancellationToken).ConfigureAwait(false);
                throw new HandshakeException((StatusCode)refusal.StatusCode, refusal.Message);
            }

            var session = new Guid(hello.SessionId.Span);
            var layout = new MappingLayout((long)hello.RequestRegionBytes, (long)hello.ResponseRegionBytes);
            var reason = OpenMapping(socket, settings, hello, layout, session, out mapping);
            await channel.SendAsync(Answer(settings, hello, mapping, reason), cancellationToken).ConfigureAwait(false);
            if (mapping is not null)
            {
                reason = await ProveAsync(channel, mapping, layout, session, cancellationToken).ConfigureAwait(false);
                if (reason is not null)
                {
                    mapping.Release();
                    mapping = null;
                }
            }

            return new HandshakeResult(
                reader, (int)Math.Min(hello.MaxVersion, HandshakeChannel.MaxVersion), session, hello.Agent,
                HandshakeChannel.Check(hello.Limits), layout, mapping, reason);
        }
        catch
        {
            mapping?.Release();
            reader.Dispose();
            throw;
        }
    }

    private static async Task<ClientHello> ReceiveHelloAsync(
        SocketStream socket, HandshakeChannel channel, CancellationToken cancellationToken)
    {
        socket.ExpectDescriptor();
        var preface = await channel.Reader.ReadPrefaceAsync(HandshakeChannel.Preface.Length, cancellationToken)
            .ConfigureAwait(false);
        if (preface is null)
        {
            throw new EndOfStreamException("the peer connected and closed without a word");
        }

        if (!preface.AsSpan().SequenceEqual(HandshakeChannel.Preface))
        {
            throw new ProtocolViolationException("the first bytes are not those of a client of this protocol");
        }

        return await channel.ReceiveAsync(ClientHello.Parser, cancellationToken).ConfigureAwait(false);
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

        if (hello.SessionId.Length != SessionIdBytes
            || !new MappingLayout((long)hello.RequestRegionBytes, (long)hello.ResponseRegionBytes).IsValid(long.MaxValue))
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

    private static HostHello Answer(ConnectionSettings settings, ClientHello hello, SharedMapping? mapping, string? reason) => new()
    {
        Version = Math.Min(hello.MaxVersion, HandshakeChannel.MaxVersion),
        Memory = mapping is null ? MemoryKind.None : MemoryKind.Memfd,
        MemoryRefusal = reason ?? string.Empty,
        Limits = settings.ToLimits(),
        Agent = HandshakeChannel.Agent,
    };

    /// <summary>Maps what the client offers; returns why it does not.</summary>
    private static string? OpenMapping(
        SocketStream socket, ConnectionSettings settings, ClientHello hello, MappingLayout layout, Guid session,
        out SharedMapping? mapping)
    {
        mapping = null;
        using var descriptor = socket.TakeDescriptor();
        if (hello.Memory != MemoryKind.Memfd)
        {
            return "the client offered none";
        }

        if (settings.SharedMemory == SharedMemoryMode.None)
        {
            return "switched off by the host";
        }

        if (!layout.IsValid(settings.MaxSharedMemoryBytes))
        {
            return $"{layout.RequestBytes + layout.ResponseBytes} bytes are more than the host's limit of "
                + $"{settings.MaxSharedMemoryBytes} (MaxSharedMemoryBytes)";
        }

        if (descriptor is null || !OperatingSystem.IsLinux())
        {
            return "no memory descriptor came with the offer";
        }

        SharedMapping? opened = null;
        try
        {
            opened = SharedMapping.Open(descriptor, layout.TotalBytes);
            layout.VerifyHeader(opened, session);
            mapping = opened;
            return null;
        }
        catch (IOException e)
        {
            opened?.Release();
            return e.Message;
        }
    }

    /// <summary>Both proofs; returns why the memory cannot be used.</summary>
    private static async Task<string?> ProveAsync(
        HandshakeChannel channel, SharedMapping mapping, MappingLayout layout, Guid session,
        CancellationToken cancellationToken)
    {
        var seen = await channel.ProveAsync(
            mapping, layout.ResponseStart, layout.ResponseBytes, session, cancellationToken).ConfigureAwait(false);
        await channel.AnswerAsync(mapping, MappingLayout.RequestStart, layout.RequestBytes, session, cancellationToken)
            .ConfigureAwait(false);
        var theirs = await channel.ReceiveAsync(MemoryVerdict.Parser, cancellationToken).ConfigureAwait(false);
        var reason = !seen ? "the client does not see the host's writes" : theirs.Shared ? null : theirs.Reason;
        await channel.SendAsync(
            new MemoryVerdict { Shared = reason is null, Reason = reason ?? string.Empty }, cancellationToken)
            .ConfigureAwait(false);
        return reason;
    }
}
