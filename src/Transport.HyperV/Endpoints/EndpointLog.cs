using Microsoft.Extensions.Logging;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>What a listener that follows the WSL VM logs. Event ids are stable: 1100 to 1199.</summary>
internal static partial class EndpointLog
{
    [LoggerMessage(1100, LogLevel.Information,
        "Waiting for the WSL VM: {Endpoint} listens when a distribution is started")]
    public static partial void WaitingForVm(ILogger logger, TransportEndpoint endpoint);

    [LoggerMessage(1101, LogLevel.Information, "Listening on {Endpoint}")]
    public static partial void Listening(ILogger logger, TransportEndpoint endpoint);

    [LoggerMessage(1102, LogLevel.Error, "{Problem}; tried again while the VM runs")]
    public static partial void CannotListen(ILogger logger, string problem);

    [LoggerMessage(1103, LogLevel.Warning, "The listener on {Endpoint} failed and is opened again: {Problem}")]
    public static partial void ListenerFailed(ILogger logger, TransportEndpoint endpoint, string problem);

    [LoggerMessage(1104, LogLevel.Warning,
        "A WSL VM runs but its id could not be found (tried {Sources}); asked again later. "
        + "It can be given: hvsocket://VMID/PORT")]
    public static partial void VmIdNotFound(ILogger logger, string sources);

    [LoggerMessage(1105, LogLevel.Debug, "The WSL VM is {VmId}, as {Source} tells")]
    public static partial void VmIdFound(ILogger logger, Guid vmId, string source);
}
