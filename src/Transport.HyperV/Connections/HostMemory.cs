using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Memory.Backends;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>The host's side: takes of the client's offers the first that is proved.</summary>
internal sealed class HostMemory(
    HandshakeChannel channel, ConnectionSettings settings, MappingLayout layout, Guid session, byte[] key,
    Guid? virtualMachineId)
{
    // One for each kind there is, and the last.
    private const int MaxOffers = 8;

    public MemoryAgreement Agree()
    {
        var attempts = new List<MemoryAttempt>();
        while (true)
        {
            channel.ExpectDescriptor();
            var offer = channel.Receive(MemoryOffer.Parser);
            using var descriptor = channel.TakeDescriptor();
            if (offer.Kind == MemoryKind.None)
            {
                return Nothing(offer, attempts);
            }

            if (attempts.Count == MaxOffers)
            {
                throw new ProtocolViolationException($"the client makes more than {MaxOffers} offers of memory");
            }

            var kind = MemoryBackend.NameOf(offer.Kind);
            var problem = Take(new MemoryProposal(offer.Name, descriptor, layout, virtualMachineId), offer.Kind, out var taken);
            if (taken is null)
            {
                channel.Send(new MemoryReply { Refusal = problem });
            }
            else
            {
                problem = Try(taken);
            }

            attempts.Add(new MemoryAttempt(kind, problem));
            if (problem is null)
            {
                return new MemoryAgreement(kind, taken!.Mapping, attempts);
            }
        }
    }

    private static MemoryAgreement Nothing(MemoryOffer offer, List<MemoryAttempt> attempts)
    {
        if (attempts.Count == 0)
        {
            attempts.Add(new MemoryAttempt("client", $"offers none ({offer.Reason})"));
        }

        return new MemoryAgreement(MemoryBackend.NameOf(MemoryKind.None), null, attempts);
    }

    /// <summary>Maps what the client offers; returns why it does not.</summary>
    private string? Take(MemoryProposal proposal, MemoryKind kind, out TakenMemory? taken)
    {
        taken = null;
        if (settings.MemoryBackends.Count == 0)
        {
            return "switched off by the host";
        }

        if (!layout.IsValid(settings.MaxSharedMemoryBytes))
        {
            return $"{layout.RequestBytes + layout.ResponseBytes} bytes are more than the host's limit of "
                + $"{settings.MaxSharedMemoryBytes} (MaxSharedMemoryBytes)";
        }

        try
        {
            taken = settings.MemoryBackends.FirstOrDefault(backend => backend.Kind == kind)?.Take(proposal);
            return taken is null ? "this kind is switched off by the host" : null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    /// <summary>Tells the client that its memory is taken, and has it proved; returns why it cannot be used.</summary>
    private string? Try(TakenMemory taken)
    {
        var (mapping, offset) = taken;
        var kept = false;
        try
        {
            channel.Send(new MemoryReply { Taken = true, Offset = (ulong)offset });
            var problem = Prove(mapping);
            kept = problem is null;
            return problem;
        }
        finally
        {
            if (!kept)
            {
                mapping.Release();
            }
        }
    }

    /// <summary>Both proofs; returns why the memory cannot be used.</summary>
    private string? Prove(SharedMapping mapping)
    {
        var seen = MemoryProof.Prove(channel, mapping, layout.ResponseStart, layout.ResponseBytes, key);
        MemoryProof.Answer(channel, mapping, MappingLayout.RequestStart, layout.RequestBytes, key);
        CoherenceTurns.Reset(mapping, layout.ResponseStart);
        var problem = MemoryProof.HearVerdict(
            channel, () => seen ? FindHeaderProblem(mapping) : "the client does not see the host's writes");
        if (problem is not null)
        {
            return problem;
        }

        problem = CoherenceTurns.Follow(mapping, layout, channel.PeerHasLeft);
        return MemoryProof.HearVerdict(channel, () => problem);
    }

    private string? FindHeaderProblem(SharedMapping mapping)
    {
        try
        {
            layout.VerifyHeader(mapping, session);
            return null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }
}
