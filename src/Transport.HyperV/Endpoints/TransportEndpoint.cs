using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace WinApi.Transport.HyperV;

/// <summary>
/// Where a host listens and a client connects: <c>unix:///path/to.sock</c> or <c>tcp://127.0.0.1:4660</c>.
/// Immutable and safe for use by many threads.
/// </summary>
public abstract class TransportEndpoint
{
    /// <summary>The environment variable that names the default endpoint.</summary>
    public const string EnvironmentVariable = "WINAPI_ENDPOINT";

    private const string AcceptedForms =
        "accepted are unix:///path/to.sock and tcp://127.0.0.1:PORT (loopback only)";

    private protected TransportEndpoint()
    {
    }

    /// <summary>
    /// The endpoint used where none is given: the one in <c>WINAPI_ENDPOINT</c>, else a Unix socket in a folder
    /// that only this user can enter.
    /// </summary>
    /// <exception cref="FormatException"><c>WINAPI_ENDPOINT</c> holds something else; the message says what.</exception>
    public static TransportEndpoint Default
    {
        get
        {
            var named = Environment.GetEnvironmentVariable(EnvironmentVariable);
            return string.IsNullOrEmpty(named) ? UnixEndpoint.UserDefault() : Parse(named);
        }
    }

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

    /// <summary>Whether nobody but this machine's own kernel stands between the two sides.</summary>
    internal virtual bool IsLoopback => true;

    /// <summary>The virtual machine that clients on this endpoint run in; null where there is none, or it is not known.</summary>
    internal virtual Guid? VirtualMachineId => null;

    /// <summary>For a person: why connecting failed, and what to do.</summary>
    internal abstract string Diagnose(Exception failure);

    internal abstract ValueTask<Socket> ConnectAsync(CancellationToken cancellationToken);

    /// <exception cref="EndpointInUseException">Another process listens here.</exception>
    /// <exception cref="IOException">The endpoint cannot be listened on; the message says why.</exception>
    internal abstract EndpointListener Listen(int backlog);
}
