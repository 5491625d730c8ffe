using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>The memory that two peers share, and what they tried before.</summary>
/// <param name="Kind">The backend's name; <c>none</c> where no memory is shared.</param>
/// <param name="Mapping">The memory; null where none is shared.</param>
/// <param name="Attempts">Each kind tried, in order; the last is the one in use, where there is one.</param>
internal sealed record MemoryAgreement(string Kind, SharedMapping? Mapping, IReadOnlyList<MemoryAttempt> Attempts)
{
    /// <summary>Why no memory is shared; null where it is.</summary>
    public string? Reason => Mapping is not null ? null
        : Attempts.Count == 0 ? "switched off by this side"
        : string.Join("; ", Attempts.Select(attempt => $"{attempt.Kind}: {attempt.Problem}"));
}
