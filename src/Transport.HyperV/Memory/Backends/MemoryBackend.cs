using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Memory.Backends;

/// <summary>
/// One way for two processes to have the same memory. Whether they really have it is proved afterwards, whatever the
/// backend says. Safe for use by many threads.
/// </summary>
internal abstract class MemoryBackend : IDisposable
{
    public abstract MemoryKind Kind { get; }

    /// <summary>For people: in logs, <c>winapi status</c> and settings.</summary>
    public string Name => NameOf(Kind);

    public static string NameOf(MemoryKind kind) => kind switch
    {
        MemoryKind.Memfd => "memfd",
        MemoryKind.WslgDax => "wslg",
        MemoryKind.File => "file",
        _ => "none",
    };

    /// <summary>The client's side: makes ready what it offers.</summary>
    /// <exception cref="IOException">There is nothing to offer; the message says why.</exception>
    public abstract OfferedMemory Offer(MappingLayout layout, bool socketPassesDescriptors);

    /// <summary>The host's side: maps what a client offers.</summary>
    /// <exception cref="IOException">It cannot be taken; the message says why.</exception>
    public abstract TakenMemory Take(MemoryProposal proposal);

    /// <summary>Lets go of what is kept for further connections; mappings stay.</summary>
    public virtual void Dispose()
    {
    }
}
