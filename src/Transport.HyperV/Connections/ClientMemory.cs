using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Memory.Backends;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>The client's side: offers one kind of memory after the other until one is proved.</summary>
internal sealed class ClientMemory(
    HandshakeChannel channel, ConnectionSettings settings, Guid session, byte[] key)
{
    public MemoryAgreement Agree()
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
                (mapping, problem, wasMapped) = Try(backend.Kind, offer);
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
        channel.Send(new MemoryOffer { Reason = agreement.Reason });
        return agreement;
    }

    private (SharedMapping? Mapping, string? Problem, bool WasMapped) Try(MemoryKind kind, OfferedMemory offer)
    {
        channel.Send(new MemoryOffer { Kind = kind, Name = offer.Name }, offer.Descriptor);
        var reply = channel.Receive(MemoryReply.Parser);
        if (!reply.Taken)
        {
            return (null, "the host did not take it: " + reply.Refusal, false);
        }

        var (mapping, problem) = Map(offer, reply);
        var wasMapped = mapping is not null;
        try
        {
            problem = Prove(mapping, problem);
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
    private string? Prove(SharedMapping? mapping, string? problem)
    {
        var layout = settings.Layout;
        MemoryProof.Answer(channel, mapping, layout.ResponseStart, layout.ResponseBytes, key);
        var seen = MemoryProof.Prove(channel, mapping, MappingLayout.RequestStart, layout.RequestBytes, key);
        problem ??= seen ? null : "the host does not see the client's writes";
        if (mapping is not null)
        {
            CoherenceTurns.Reset(mapping, MappingLayout.RequestStart);
        }

        problem = MemoryProof.SayVerdict(channel, problem);
        if (problem is not null)
        {
            return problem;
        }

        problem = CoherenceTurns.Lead(mapping!, layout, channel.PeerHasLeft);
        return MemoryProof.SayVerdict(channel, problem);
    }
}
