using WinApi.Transport.HyperV;

namespace WinApi.Client.Command.Output;

/// <summary>Over what a result was obtained.</summary>
/// <param name="Endpoint">The URI.</param>
/// <param name="Memory">How memory is shared: <c>memfd</c>, <c>wslg</c>, <c>file</c>, or <c>none</c>.</param>
/// <param name="MemoryReason">Why none is shared; null where it is.</param>
/// <param name="Rings">Whether frames travel in it too, and not through the socket.</param>
internal sealed record ConnectionSummary(string Endpoint, string Memory, string? MemoryReason, bool Rings)
{
    public static ConnectionSummary Of(ConnectionInfo connection) =>
        new(connection.Endpoint, connection.Memory, connection.MemoryReason, connection.UsesRings);

    /// <summary>One line for a person.</summary>
    public string Describe() => Memory == "none"
        ? $"{Endpoint}, no shared memory" + (MemoryReason is null ? "" : $" ({MemoryReason})")
        : $"{Endpoint}, shared memory ({Memory})";
}
