namespace WinApi.Transport.HyperV;

/// <summary>One way of sharing memory that was tried when two peers connected.</summary>
/// <param name="Kind"><c>memfd</c>, <c>wslg</c> or <c>file</c>.</param>
/// <param name="Problem">Why it is not used; null: it was proved, both ways, and is in use.</param>
public sealed record MemoryAttempt(string Kind, string? Problem)
{
    /// <summary>Whether both sides had it mapped, so that a problem is one of the proof. As the client knows it.</summary>
    public bool WasMapped { get; init; }
}
