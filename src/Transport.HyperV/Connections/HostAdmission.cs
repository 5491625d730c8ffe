using WinApi.Transport.HyperV.Connections.Authentication;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>What a host asks of one client before it lets it in.</summary>
/// <param name="Refusal">Not null: the client is told this, whatever it says.</param>
/// <param name="Token">The token that the client must know; null: none is asked for.</param>
/// <param name="VirtualMachineId">The machine that the client runs in, where that is known.</param>
internal sealed record HostAdmission(Refusal? Refusal = null, Token? Token = null, Guid? VirtualMachineId = null);
