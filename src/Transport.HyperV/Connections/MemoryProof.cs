using Google.Protobuf;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>The steps of the proof of memory that go over the socket; both sides do them alike.</summary>
internal static class MemoryProof
{
    /// <summary>Writes nonces into this side's region, asks the peer what it sees, and compares.</summary>
    public static async Task<bool> ProveAsync(
        HandshakeChannel channel, SharedMapping? mapping, long regionStart, long regionLength, byte[] key,
        CancellationToken cancellationToken)
    {
        var offsets = CoherenceProof.ChooseOffsets(regionStart, regionLength);
        var proved = mapping is not null;
        for (var round = 0; round < CoherenceProof.Rounds; round++)
        {
            var expected = mapping is null ? [] : CoherenceProof.WriteNonces(mapping, offsets, key);
            var challenge = new MemoryChallenge();
            challenge.Offsets.AddRange(offsets.Select(offset => (ulong)offset));
            await channel.SendAsync(challenge, cancellationToken).ConfigureAwait(false);
            var answer = await channel.ReceiveAsync(MemoryAnswer.Parser, cancellationToken).ConfigureAwait(false);
            proved &= answer.Digest.Span.SequenceEqual(expected);
        }

        return proved;
    }

    /// <summary>Answers the peer's challenges about its region; without a mapping, with nothing.</summary>
    public static async Task AnswerAsync(
        HandshakeChannel channel, SharedMapping? mapping, long regionStart, long regionLength, byte[] key,
        CancellationToken cancellationToken)
    {
        for (var round = 0; round < CoherenceProof.Rounds; round++)
        {
            var challenge = await channel.ReceiveAsync(MemoryChallenge.Parser, cancellationToken).ConfigureAwait(false);
            var digest = mapping is null
                ? []
                : CoherenceProof.Answer(mapping, challenge.Offsets.ToArray(), regionStart, regionLength, key)
                    ?? throw new ProtocolViolationException("a memory challenge asks for bytes outside its region");
            await channel.SendAsync(new MemoryAnswer { Digest = ByteString.CopyFrom(digest) }, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>The client's verdict, then the host's answer to it. Returns why the memory cannot be used.</summary>
    public static async Task<string?> SayVerdictAsync(
        HandshakeChannel channel, string? problem, CancellationToken cancellationToken)
    {
        await SendAsync(channel, problem, cancellationToken).ConfigureAwait(false);
        var theirs = await channel.ReceiveAsync(MemoryVerdict.Parser, cancellationToken).ConfigureAwait(false);
        return problem ?? (theirs.Shared ? null : theirs.Reason);
    }

    /// <summary>The host's side of <see cref="SayVerdictAsync"/>.</summary>
    public static async Task<string?> HearVerdictAsync(
        HandshakeChannel channel, Func<string?> findProblem, CancellationToken cancellationToken)
    {
        var theirs = await channel.ReceiveAsync(MemoryVerdict.Parser, cancellationToken).ConfigureAwait(false);
        var problem = theirs.Shared ? findProblem() : theirs.Reason;
        await SendAsync(channel, problem, cancellationToken).ConfigureAwait(false);
        return problem;
    }

    private static Task SendAsync(HandshakeChannel channel, string? problem, CancellationToken cancellationToken) =>
        channel.SendAsync(new MemoryVerdict { Shared = problem is null, Reason = problem ?? string.Empty }, cancellationToken);
}
