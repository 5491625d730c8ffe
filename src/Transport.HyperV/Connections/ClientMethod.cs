namespace WinApi.Transport.HyperV.Connections;

/// <summary>What a client's connection knows of a method.</summary>
/// <param name="number">Stands for the name in call frames.</param>
internal sealed class ClientMethod(ushort number)
{
    public ushort Number => number;

    /// <summary>
    /// Whether a call that defines the number was written. Until then every call defines it: defining it twice the same way is
    /// allowed.
    /// </summary>
    public bool IsDefined { get; set; }

    /// <summary>How soon what awaits its calls goes on.</summary>
    public WorkPace Pace { get; } = new();
}
