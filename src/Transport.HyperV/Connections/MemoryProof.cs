using Google.Protobuf;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>The steps of the proof of memory that go over the socket; both sides do them alike.</summary>
internal static class MemoryProof
{
    /// <summary>Writes nonces into this side's region, asks the peer what it sees, and compares.</summary>
    public static bool Prove(
        HandshakeChannel channel, SharedMapping? mapping, long regionStart, long regionLength, byte[] key)
    {
        var offsets = CoherenceProof.ChooseOffsets(regionStart, regionLength);
        var proved = mapping is not null;
        for (var round = 0; round < CoherenceProof.Rounds; round++)
        {
            var expected = mapping is null ? [] : CoherenceProof.WriteNonces(mapping, offsets, key);
            var challenge = new MemoryChallenge();
            challenge.Offsets.AddRange(offsets.Select(offset => (ulong)offset));
            channel.Send(challenge);
            var answer = channel.Receive(MemoryAnswer.Parser);
            proved &= answer.Digest.Span.SequenceEqual(expected);
        }

        return proved;
    }

    /// <summary>Answers the peer's challenges about its region; without a mapping, with nothing.</summary>
    public static void Answer(
        HandshakeChannel channel, SharedMapping? mapping, long regionStart, long regionLength, byte[] key)
    {
        for (var round = 0; round < CoherenceProof.Rounds; round++)
        {
            var challenge = channel.Receive(MemoryChallenge.Parser);
            var digest = mapping is null
                ? []
                : CoherenceProof.Answer(mapping, challenge.Offsets.ToArray(), regionStart, regionLength, key)
                    ?? throw new ProtocolViolationException("a memory challenge asks for bytes outside its region");
            channel.Send(new MemoryAnswer { Digest = ByteString.CopyFrom(digest) });
        }
    }

    /// <summary>The client's verdict, then the host's answer to it. Returns why the memory cannot be used.</summary>
    public static string? SayVerdict(HandshakeChannel channel, string? problem)
    {
        Send(channel, problem);
        var theirs = channel.Receive(MemoryVerdict.Parser);
        return problem ?? (theirs.Shared ? null : theirs.Reason);
    }

    /// <summary>The host's side of <see cref="SayVerdict"/>.</summary>
    public static string? HearVerdict(HandshakeChannel channel, Func<string?> findProblem)
    {
        var theirs = channel.Receive(MemoryVerdict.Parser);
        var problem = theirs.Shared ? findProblem() : theirs.Reason;
        Send(channel, problem);
        return problem;
    }

    private static void Send(HandshakeChannel channel, string? problem) =>
        channel.Send(new MemoryVerdict { Shared = problem is null, Reason = problem ?? string.Empty });
}
