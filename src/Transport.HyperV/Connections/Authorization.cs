namespace WinApi.Transport.HyperV;

/// <summary>Whether a client may call a method. Immutable.</summary>
public sealed class Authorization
{
    private Authorization(string? reason) => Reason = reason;

    /// <summary>It may.</summary>
    public static Authorization Allowed { get; } = new(null);

    /// <summary>Why it may not; null where it may.</summary>
    public string? Reason { get; }

    /// <summary>It may not.</summary>
    /// <param name="reason">
    /// For the person at the client, who is told it, and for the audit log: what the client would have to be, or whom to ask.
    /// </param>
    public static Authorization Denied(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        return new Authorization(reason);
    }
}
