using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Memory.Backends;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>The client's side: offers one kind of memory after the other until one is proved.</summary>
internal sealed class ClientMemory(
    HandshakeChannel channel, ConnectionSettings settings, Guid session, byte[] key, CancellationToken cancellationToken)
{
    public async Task<MemoryAgreement> AgreeAsync()
    {
        var attempts = new List<MemoryAttempt>();
        foreach (var backend in settings.MemoryBackends)
        {
            SharedMapping? mapping = null;
            string? problem;
            var wasMapped = false;
            try
            {
                using var offer = backend.Offer(settings.Layout, channel.PassesDescriptors);
                (mapping, problem, wasMapped) = await TryAsync(backend.Kind, offer).ConfigureAwait(false);
            }
            catch (IOException e) when (e is not (HandshakeException or EndOfStreamException or Frames.ProtocolViolationException))
            {
                problem = e.Message;
            }

            attempts.Add(new MemoryAttempt(backend.Name, problem) { WasMapped = wasMapped });
            if (mapping is not null)
            {
                return new MemoryAgreement(backend.Name, mapping, attempts);
            }
        }

        var agreement = new MemoryAgreement(MemoryBackend.NameOf(MemoryKind.None), null, attempts);
        await channel.SendAsync(new MemoryOffer { Reason = agreement.Reason }, cancellationToken).ConfigureAwait(false);
        return agreement;
    }

    private async Task<(SharedMapping? Mapping, string? Problem, bool WasMapped)> TryAsync(MemoryKind kind, OfferedMemory offer)
    {
        await channel.SendAsync(new MemoryOffer { Kind = kind, Name = offer.Name }, cancellationToken, offer.Descriptor)
            .ConfigureAwait(false);
        var reply = await channel.ReceiveAsync(MemoryReply.Parser, cancellationToken).ConfigureAwait(false);
        if (!reply.Taken)
        {
            return (null, "the host did not take it: " + reply.Refusal, false);
        }

        var (mapping, problem) = Map(offer, reply);
        var wasMapped = mapping is not null;
        try
        {
            problem = await ProveAsync(mapping, problem).ConfigureAwait(false);
            if (problem is null)
            {
                return (Interlocked.Exchange(ref mapping, null), null, wasMapped);
            }

            return (null, problem, wasMapped);
        }
        finally
        {
            mapping?.Release();
        }
    }

    private (SharedMapping? Mapping, string? Problem) Map(OfferedMemory offer, MemoryReply reply)
    {
        try
        {
            var mapping = offer.Map((long)reply.Offset);
            settings.Layout.WriteHeader(mapping, session);
            return (mapping, null);
        }
        catch (IOException e)
        {
            return (null, e.Message); // the host is told in the verdict
        }
    }

    /// <summary>Both proofs; returns why the memory cannot be used.</summary>
    private async Task<string?> ProveAsync(SharedMapping? mapping, string? problem)
    {
        var layout = settings.Layout;
        await MemoryProof.AnswerAsync(channel, mapping, layout.ResponseStart, layout.ResponseBytes, key, cancellationToken)
            .ConfigureAwait(false);
        var seen = await MemoryProof.ProveAsync(
            channel, mapping, MappingLayout.RequestStart, layout.RequestBytes, key, cancellationToken).ConfigureAwait(false);
        problem ??= seen ? null : "the host does not see the client's writes";
        if (mapping is not null)
        {
            CoherenceTurns.Reset(mapping, MappingLayout.RequestStart);
        }

        problem = await MemoryProof.SayVerdictAsync(channel, problem, cancellationToken).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        problem = await Task.Run(() => CoherenceTurns.Lead(mapping!, layout), cancellationToken).ConfigureAwait(false);
        return await MemoryProof.SayVerdictAsync(channel, problem, cancellationToken).ConfigureAwait(false);
    }
}
