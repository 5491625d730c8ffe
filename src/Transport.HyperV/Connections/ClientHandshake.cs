using Google.Protobuf;
using Grpc.Core;
using Microsoft.Win32.SafeHandles;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>The client's side: says hello and offers memory, then both prove that they see the same bytes.</summary>
internal static class ClientHandshake
{
    /// <exception cref="HandshakeException">The host refuses.</exception>
    /// <exception cref="ProtocolViolationException">What answered is not a host.</exception>
    public static async Task<HandshakeResult> RunAsync(
        SocketStream socket, ConnectionSettings settings, CancellationToken cancellationToken)
    {
        var reader = new FrameReader(socket, settings.MaxFrameBytes);
        SharedMapping? mapping = null;
        try
        {
            var session = Guid.NewGuid();
            var reason = CreateMapping(socket, settings, session, out mapping, out var descriptor);
            var channel = new HandshakeChannel(socket, reader);
            using (descriptor)
            {
                await channel.SendPrefaceAsync(Hello(settings, session, mapping), descriptor, cancellationToken)
                    .ConfigureAwait(false);
            }

            var host = await channel.ReceiveAsync(HostHello.Parser, cancellationToken).ConfigureAwait(false);
            if (host.Refusal is { } refusal)
            {
                throw new HandshakeException((StatusCode)refusal.StatusCode, refusal.Message);
            }

            if (host.Version is < HandshakeChannel.MinVersion or > HandshakeChannel.MaxVersion)
            {
                throw new ProtocolViolationException($"the host chose protocol version {host.Version}");
            }

            if (mapping is not null)
            {
                reason = host.Memory == MemoryKind.Memfd
                    ? await ProveAsync(channel, mapping, settings.Layout, session, cancellationToken).ConfigureAwait(false)
                    : "the host did not take the memory: " + host.MemoryRefusal;
                mapping = DropUnless(reason is null, mapping);
            }

            return new HandshakeResult(
                reader, (int)host.Version, session, host.Agent, HandshakeChannel.Check(host.Limits),
                settings.Layout, mapping, reason);
        }
        catch
        {
            mapping?.Release();
            reader.Dispose();
            throw;
        }
    }

    private static ClientHello Hello(ConnectionSettings settings, Guid session, SharedMapping? mapping) => new()
    {
        MinVersion = HandshakeChannel.MinVersion,
        MaxVersion = HandshakeChannel.MaxVersion,
        SessionId = ByteString.CopyFrom(session.ToByteArray()),
        Memory = mapping is null ? MemoryKind.None : MemoryKind.Memfd,
        RequestRegionBytes = (ulong)settings.Layout.RequestBytes,
        ResponseRegionBytes = (ulong)settings.Layout.ResponseBytes,
        Limits = settings.ToLimits(),
        Agent = HandshakeChannel.Agent,
        ProcessId = (uint)Environment.ProcessId,
    };

    /// <summary>Makes the memory to offer; returns why there is none.</summary>
    private static string? CreateMapping(
        SocketStream socket, ConnectionSettings settings, Guid session,
        out SharedMapping? mapping, out SafeFileHandle? descriptor)
    {
        mapping = null;
        descriptor = null;
        if (settings.SharedMemory == SharedMemoryMode.None)
        {
            return "switched off by the client";
        }

        if (!OperatingSystem.IsLinux() || !socket.PassesDescriptors)
        {
            return "this kind of endpoint cannot pass a memory descriptor";
        }

        try
        {
            mapping = SharedMapping.Create(settings.Layout.TotalBytes, out descriptor);
            settings.Layout.WriteHeader(mapping, session);
            return null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    /// <summary>Both proofs; returns why the memory cannot be used.</summary>
    private static async Task<string?> ProveAsync(
        HandshakeChannel channel, SharedMapping mapping, MappingLayout layout, Guid session,
        CancellationToken cancellationToken)
    {
        await channel.AnswerAsync(mapping, layout.ResponseStart, layout.ResponseBytes, session, cancellationToken)
            .ConfigureAwait(false);
        var seen = await channel.ProveAsync(
            mapping, MappingLayout.RequestStart, layout.RequestBytes, session, cancellationToken).ConfigureAwait(false);
        var mine = new MemoryVerdict { Shared = seen, Reason = seen ? string.Empty : "the host does not see the client's writes" };
        await channel.SendAsync(mine, cancellationToken).ConfigureAwait(false);
        var theirs = await channel.ReceiveAsync(MemoryVerdict.Parser, cancellationToken).ConfigureAwait(false);
        return theirs.Shared && seen ? null : theirs.Shared ? mine.Reason : theirs.Reason;
    }

    private static SharedMapping? DropUnless(bool keep, SharedMapping mapping)
    {
        if (keep)
        {
            return mapping;
        }

        mapping.Release();
        return null;
    }
}
