using Grpc.Core;
using WinApi.Client.Command.CommandLine;
using WinApi.Client.Command.Output;
using WinApi.Transport.HyperV;
using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Client.Command.Doctor;

/// <summary>What is examined, and what the checks so far have found out.</summary>
internal sealed class Examination(
    WinApiClient client, CommandOutput output, SharedMemoryMode sharedMemory, CallOptions callOptions)
{
    public TransportEndpoint Endpoint { get; } = TransportEndpoint.Parse(client.Channel.Target);

    /// <summary>unix, tcp, vsock or hvsocket.</summary>
    public string Scheme => Endpoint.ToString().Split(':', 2)[0];

    public WinApiClient Client => client;

    public SharedMemoryMode SharedMemory => sharedMemory;

    public CancellationToken CancellationToken => callOptions.CancellationToken;

    /// <summary>The VM of WSL2, as far as it is known.</summary>
    public Guid? VmId { get; set; }

    public TimeSpan ConnectTime { get; set; }

    /// <summary>The host answered, and refused this client's token or has none that it knows.</summary>
    public RpcException? AuthenticationFailure { get; set; }

    /// <summary>Only a program at the other end could connect: in Windows, to the endpoint where the host listens.</summary>
    public bool IsSeenFromTheHostsSide => OperatingSystem.IsWindows() && Endpoint is HvSocketEndpoint;

    /// <summary>For measurements, once connected.</summary>
    public CommandContext Context => new(client, output, callOptions, ConnectTime);

    /// <summary>What was agreed, once connected.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: the host closed the connection meanwhile.</exception>
    public ConnectionInfo Connection => client.Channel.Connection
        ?? throw new RpcException(new Status(StatusCode.Unavailable, "the host closed the connection"));

    /// <summary>The command that starts a host where this endpoint leads.</summary>
    public string StartHost => Endpoint is VsockEndpoint vsock
        ? vsock.Cid == VsockEndpoint.Host
            ? $"WinAPIService.exe --endpoint hvsocket://auto/{SocketPort.Format(vsock.Port)} (in Windows, as the user of WSL)"
            : $"WinAPIService --endpoint vsock://any:{SocketPort.Format(vsock.Port)}"
        : $"WinAPIService --endpoint {Endpoint}";
}
