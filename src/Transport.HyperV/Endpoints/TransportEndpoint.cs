using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Transport.HyperV;

/// <summary>
/// Where a host listens and a client connects: <c>unix:///path/to.sock</c>, <c>vsock://2:0x1234</c> (from a Linux VM
/// to what runs it), <c>hvsocket://auto/0x1234</c> (from Windows to the VM of WSL2) or <c>tcp://127.0.0.1:4660</c>.
/// Immutable and safe for use by many threads.
/// </summary>
public abstract class TransportEndpoint
{
    /// <summary>The environment variable that names the default endpoint.</summary>
    public const string EnvironmentVariable = "WINAPI_ENDPOINT";

    private const string AcceptedForms =
        "accepted are unix:///path/to.sock, vsock://CID:PORT (Linux), hvsocket://auto/PORT or hvsocket://VMID/PORT "
        + "(Windows) and tcp://127.0.0.1:PORT (loopback only)";

    private protected TransportEndpoint()
    {
    }

    /// <summary>
    /// The endpoint that a client uses where none is given: the one in <c>WINAPI_ENDPOINT</c>; else in WSL2
    /// <c>vsock://2:PORT</c>, which is the Windows side; else a Unix socket in a folder that only this user can enter.
    /// The port is 0x1234, or what <c>WINAPI_SOCKET_PORT</c> says.
    /// </summary>
    /// <exception cref="FormatException">One of the variables holds something else; the message says what.</exception>
    public static TransportEndpoint DefaultForClient => DefaultEndpoints.OfThisMachine.ForClient();

    /// <summary>
    /// The endpoints where a host listens if none is given: those in <c>WINAPI_ENDPOINT</c> (';' between them); else a
    /// Unix socket in a folder that only this user can enter, and in Windows <c>hvsocket://auto/PORT</c> before it.
    /// The port is 0x1234, or what <c>WINAPI_SOCKET_PORT</c> says.
    /// </summary>
    /// <exception cref="FormatException">One of the variables holds something else; the message says what.</exception>
    public static IReadOnlyList<TransportEndpoint> DefaultsForHost => DefaultEndpoints.OfThisMachine.ForHost();

    /// <summary>Reads an endpoint from its URI.</summary>
    /// <exception cref="FormatException">One line that says what is wrong and which forms are accepted.</exception>
    public static TransportEndpoint Parse(string text) =>
        TryParse(text, out var endpoint, out var error) ? endpoint : throw new FormatException(error);

    /// <summary>Reads an endpoint from its URI; <paramref name="error"/> is one line for a person.</summary>
    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out TransportEndpoint? endpoint,
        [NotNullWhen(false)] out string? error)
    {
        endpoint = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            error = $"the endpoint is empty; {AcceptedForms}";
            return false;
        }

        var scheme = text.Split(':', 2)[0];
        var problem = scheme switch
        {
            "unix" => UnixEndpoint.TryParse(text, out endpoint),
            "vsock" => VsockEndpoint.TryParse(text, out endpoint),
            "hvsocket" => HvSocketEndpoint.TryParse(text, out endpoint),
            "tcp" => TcpEndpoint.TryParse(text, out endpoint),
            _ => $"'{scheme}' is not a known kind of endpoint",
        };
        error = problem is null ? null : $"bad endpoint '{text}': {problem}; {AcceptedForms}";
        return endpoint is not null;
    }

    /// <summary>The endpoint as a URI; <see cref="Parse"/> reads it back.</summary>
    public abstract override string ToString();

    /// <summary>Whether open file descriptors can be passed over the socket.</summary>
    internal abstract bool PassesDescriptors { get; }

    /// <summary>
    /// Whether nobody but this machine's own kernel stands between the two sides: what comes over another kind has to
    /// prove who it is.
    /// </summary>
    internal abstract bool IsLoopback { get; }

    /// <summary>The virtual machine that clients on this endpoint run in; null where there is none, or it is not known.</summary>
    internal virtual Guid? VirtualMachineId => null;

    /// <summary>The endpoint with this id in place of one that is to be found; the same where there is nothing to find.</summary>
    internal virtual TransportEndpoint ForVirtualMachine(Guid? id) => this;

    /// <summary>For a person: why connecting failed, and what to do.</summary>
    internal abstract string Diagnose(Exception failure);

    /// <exception cref="SocketException">There is no way to a host; <see cref="Diagnose"/> explains it.</exception>
    /// <exception cref="IOException">This system has no such sockets; the message says so.</exception>
    internal abstract ValueTask<Socket> ConnectAsync(CancellationToken cancellationToken);

    /// <exception cref="EndpointInUseException">Another process listens here.</exception>
    /// <exception cref="IOException">The endpoint cannot be listened on; the message says why.</exception>
    internal abstract EndpointListener Listen(int backlog, ILogger logger);
}
