using Microsoft.Win32.SafeHandles;

namespace WinApi.Transport.HyperV.Memory.Backends;

/// <summary>What reaches a host of a client's offer.</summary>
/// <param name="Name">As the client says: not to be trusted.</param>
/// <param name="Descriptor">The one that came with it, if one did; stays the caller's.</param>
/// <param name="Layout">The sizes announced.</param>
/// <param name="VirtualMachineId">Of the machine that the client runs in; null where it is not known.</param>
internal sealed record MemoryProposal(
    string Name, SafeFileHandle? Descriptor, MappingLayout Layout, Guid? VirtualMachineId);
