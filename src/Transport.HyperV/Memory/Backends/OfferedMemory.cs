using Microsoft.Win32.SafeHandles;

namespace WinApi.Transport.HyperV.Memory.Backends;

/// <summary>What a client offers to share. Disposing it lets go of what nobody has mapped.</summary>
internal sealed class OfferedMemory(string name, SafeFileHandle? descriptor, Func<long, SharedMapping> map, Action? dispose = null)
    : IDisposable
{
    /// <summary>What the host opens it by; empty where it needs no name.</summary>
    public string Name => name;

    /// <summary>To be passed to the host.</summary>
    public SafeFileHandle? Descriptor => descriptor;

    /// <summary>Maps it, given the offset in the host's reply. Called once, after the host has taken the offer.</summary>
    /// <exception cref="IOException">It cannot be mapped; the message says why.</exception>
    public SharedMapping Map(long offset) => map(offset);

    public void Dispose()
    {
        descriptor?.Dispose();
        dispose?.Invoke();
    }
}
